/** One step of the ledger's shape. Once released it is never edited: a further change is a further file. */
export interface Migration {
  /** 1, 2, 3 … without gaps */
  readonly version: number;
  /** the rest of the file's name */
  readonly name: string;
  /** run whole, in one transaction */
  readonly sql: string;
}
