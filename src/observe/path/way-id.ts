/** A way by its two ends. */
export function wayId(vantage: string, host: string): string {
  return `${vantage} ${host}`;
}
