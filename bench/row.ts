/** One comparison of one run; the ratio is ours / theirs. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: string;
  readonly theirs: number;
  readonly unit: string;
}
