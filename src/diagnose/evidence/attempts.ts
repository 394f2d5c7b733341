import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { Facts, ProbeResult } from "../../kernel/model/observation.ts";
import type { Reading } from "./evidence.ts";

/** One attempt of a check, and how the same check fared from the same vantage before the incident. */
export interface Tried {
  /** the probe's kind */
  readonly kind: string;
  readonly result: ProbeResult;
  readonly usual: Usual;
}

/** From attempts that were all right; null and empty: nothing is known. */
export interface Usual {
  readonly totalP95Ms: number | null;
  readonly connectP95Ms: number | null;
  /** of echo requests */
  readonly roundTripP95Ms: number | null;
  /** without ports */
  readonly addresses: readonly string[];
  readonly bodyBytes: number | null;
  readonly server: string | null;
}

export const nothingUsual: Usual = {
  totalP95Ms: null,
  connectP95Ms: null,
  roundTripP95Ms: null,
  addresses: [],
  bodyBytes: null,
  server: null,
};

const slowTimes = 3;
const keptRaw = 2_048;

/** Over three times what is usual and over a floor below which nobody notices; without a past, three times the floor. */
export function isSlow(ms: number, usualP95Ms: number | null, floorMs: number): boolean {
  return ms > floorMs && ms > slowTimes * (usualP95Ms ?? floorMs);
}

/** Codes by which the looking machine says that it is not to look there. */
const denied: ReadonlySet<string> = new Set([
  "secret-not-shared",
  "outside-allow-list",
  "command-not-allowed",
  "forbidden-here",
  "password-missing",
]);
const unable: ReadonlySet<string> = new Set(["vantage-blind", "no-network", "no-route", "no-resolver", "no-sockets"]);

/** Why an attempt says nothing of its target; null: it does. */
export function unseen({ outcome, error }: ProbeResult): MissingReason | null {
  if (outcome !== "unknown") return null;
  const code = error?.code ?? "";
  if (denied.has(code)) return "denied";
  return unable.has(code) ? "parent-down" : "not-configured";
}

/** The target's own machine took the connection. */
export function hasConnected({ layer, outcome, timings }: ProbeResult): boolean {
  if (layer === "dns" || layer === "route" || layer === "connect") return outcome === "degraded";
  return timings.connectMs !== undefined || outcome === "up";
}

export function codeOf({ error }: ProbeResult): string {
  return error?.code ?? "";
}

/** The address without its port. */
export function addressIn({ address }: ProbeResult): string | null {
  if (address === null) return null;
  return address.replace(/^\[(.*)\](?::\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
}

export function numberIn({ facts }: ProbeResult, name: string): number | null {
  const value = facts[name];
  return typeof value === "number" ? value : null;
}

/** The state with what the attempt itself said of it. */
export function reading(
  { kind, result }: Pick<Tried, "kind" | "result">,
  state: string,
  { value = null, facts = {} }: { readonly value?: number | null; readonly facts?: Facts } = {},
): Reading {
  const { error, address } = result;
  const told = error === null ? {} : { code: error.code };
  return {
    state,
    value,
    facts: { kind, ...(address === null ? {} : { address }), ...told, ...facts },
    raw: error === null ? "" : `${error.code}: ${error.text}`.slice(0, keptRaw),
  };
}
