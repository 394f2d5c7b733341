import type { JSX } from "preact";
import type { DayBar } from "../kernel/ports.ts";

/** What a tick says, worst first: any stop of any day in it makes it a stop. */
const kinds = ["down", "degraded", "unknown", "ok"] as const;
type Kind = (typeof kinds)[number];

/** Height by kind, so that the strip reads without colour. */
const heights: Readonly<Record<Kind, number>> = { down: 10, degraded: 8, unknown: 2, ok: 6 };

/** A day in which more than this was not looked at is no green day. */
const unknownRatio = 0.1;

export const barsCss = [
  ".bars{display:block;width:100%;height:1.5rem}",
  ".b-down{stroke:var(--bad)}.b-degraded{stroke:var(--warn)}.b-unknown{stroke:var(--unk)}.b-ok{stroke:var(--ok)}",
].join("");

export interface DayBarsProps {
  /** oldest first */
  readonly days: readonly DayBar[];
  /** as many as days, or fewer: then each stands for several */
  readonly ticks: number;
  /** the sentence a reader's voice says */
  readonly label: string;
}

/** Days as a strip of ticks, one drawn line for each kind. */
export function DayBars({ days, ticks, label }: DayBarsProps): JSX.Element {
  const shown = tickKinds(days, ticks);
  return (
    <svg class="bars" viewBox={`0 0 ${shown.length} 10`} preserveAspectRatio="none" role="img" aria-label={label}>
      {kinds.map((kind) => {
        const path = runs(shown, kind);
        if (path === "") return null;
        return <path key={kind} class={`b-${kind}`} d={path} stroke-width={heights[kind]} stroke-dasharray=".8 .2" />;
      })}
    </svg>
  );
}

export function tickKinds(days: readonly DayBar[], ticks: number): readonly Kind[] {
  const count = Math.min(ticks, days.length);
  return Array.from({ length: count }, (_, tick) => {
    const own = new Set(
      days.slice(Math.floor((tick * days.length) / count), Math.floor(((tick + 1) * days.length) / count)).map(kindOf),
    );
    const worst = kinds.find((kind) => own.has(kind)) ?? "unknown";
    // a tick of several days is no record only when none of them has one
    return worst === "unknown" && own.has("ok") ? "ok" : worst;
  });
}

export function kindOf({ downMs, degradedMs, unknownMs, lengthMs }: DayBar): Kind {
  if (downMs > 0) return "down";
  if (degradedMs > 0) return "degraded";
  return unknownMs > lengthMs * unknownRatio ? "unknown" : "ok";
}

/** Ticks of one kind next to each other are one stroke; the dashes part them. */
function runs(shown: readonly Kind[], kind: Kind): string {
  const y = 10 - heights[kind] / 2;
  let path = "";
  for (let at = 0; at < shown.length;) {
    let end = at;
    while (end < shown.length && shown[end] === kind) end++;
    if (end > at) path += `M${at} ${y}h${end - at}`;
    at = Math.max(end, at + 1);
  }
  return path;
}
