/** A monitored item: one probe with its target and interval, belonging to one service. Made from the configuration. */
export interface Check {
  /** stable across restarts: `shop/http:www.example.jp` */
  readonly id: string;
  /** the service's key in the configuration */
  readonly service: string;
  /** the probe's kind */
  readonly kind: string;
  /** what a person calls it */
  readonly name: string;
  readonly target: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** contrary attempts in a row before one vantage alone decides */
  readonly attempts: number;
  /** the vantages that run it, by name, at least one */
  readonly vantages: readonly string[];
  /** the vantages the check names itself (`from:`); only these get its secrets */
  readonly namedVantages: readonly string[];
  /** the probe's parsed keys; may hold Secrets */
  readonly spec: unknown;
}
