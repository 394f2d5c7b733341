import type { LogContext } from "../formats/format.ts";
import { createLogContext } from "../formats/moment.ts";
import { recogniseFormat } from "../formats/registry.ts";
import { scanAccess } from "./access-scan.ts";
import { createAccessTally, mergeAccess, type AccessShape, type AccessTally } from "./access-tally.ts";
import { createErrorTally, mergeErrors, scanErrors, type ErrorTally } from "./error-scan.ts";
import type { Block } from "./line-feeder.ts";

export type Tally = AccessTally | ErrorTally;

/** What kind of log it is and how its lines are read; plain data. */
export type LogShape =
  | { readonly kind: "access"; readonly access: AccessShape }
  | { readonly kind: "error"; readonly server: "apache" | "nginx"; readonly zone: string; readonly nowMs: number };

export interface Place {
  /** of the clocks that wrote it, where the lines do not say */
  readonly zone: string;
  readonly nowMs: number;
}

/** Finds out from the first lines; null: neither an access log nor the error log of a web server. */
export function shapeOf(lines: readonly string[], place: Place, isBrief: boolean): LogShape | null {
  const context = createLogContext({ nowMs: () => place.nowMs, zone: place.zone });
  const format = recogniseFormat(lines, context);
  if (format.id === "access") return { kind: "access", access: accessShape(lines, context, isBrief) };
  if (format.id === "apache-error") return { kind: "error", server: "apache", ...place };
  return format.id === "nginx-error" ? { kind: "error", server: "nginx", ...place } : null;
}

/** Whole numbers are microseconds (`%D`) as soon as one is too large for a request's seconds. */
const leastMicros = 1_000;

function accessShape(lines: readonly string[], context: LogContext, isBrief: boolean): AccessShape {
  const format = recogniseFormat(lines, context);
  const records = lines.map((line) => format.parse(line, context)).filter((record) => record !== null);
  const named = ["seconds", "rt", "request_time", "upstream_response_time", "extra1"];
  const times = records.map(({ fields }) =>
    named.map((name) => fields[name]).find((value) => typeof value === "number"),
  );
  const numbers = times.filter((value) => value !== undefined);
  const isDecimal = numbers.some((value) => !Number.isInteger(value));
  const isMicros = numbers.some((value) => value >= leastMicros);
  const whole = isMicros ? "micros" : "none";
  return {
    hasVhost: records.filter(({ fields }) => fields["vhost"] !== undefined).length * 2 > records.length,
    hasMore: lines.some((line) => /" *[^"\s][^"]*$/.test(line) || /"(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*" "/.test(line)),
    timing: numbers.length * 2 <= records.length ? "none" : isDecimal ? "seconds" : whole,
    isBrief,
  };
}

export interface Scanner {
  readonly tally: Tally;
  scan(block: Block): void;
}

export function createScanner(shape: LogShape): Scanner {
  if (shape.kind === "access") {
    const tally = createAccessTally();
    return { tally, scan: (block) => scanAccess(tally, shape.access, block) };
  }
  const tally = createErrorTally();
  const context = createLogContext({ nowMs: () => shape.nowMs, zone: shape.zone });
  return { tally, scan: (block) => scanErrors(tally, { server: shape.server, context }, block) };
}

/** @returns false when they are not of one kind */
export function mergeTally(into: Tally, from: Tally): boolean {
  if (into.kind === "access" && from.kind === "access") mergeAccess(into, from);
  else if (into.kind === "error" && from.kind === "error") mergeErrors(into, from);
  return into.kind === from.kind;
}
