import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, percentText, told, type HostMoment } from "./inside.ts";
import type { HostNic } from "../../kernel/model/host-answers.ts";

/** Bytes by the contracted bandwidth. High: over 70 %; saturated: over 95 %. */
export const hsBw = evidence({
  id: "hs.bw",
  bundle: "ssh",
  title: { ja: "回線の使用率", en: "use of the line" },
  states: ["ok", "high", "sat"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "高くなっています", en: "high" },
    sat: { ja: "使い切っています", en: "saturated" },
  },
  leak: [0.05, 0.005],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  /** Without a figure in the file, what shapes the card's traffic or the card's own speed is what the line carries. */
  read({ moment, bitsPerSecond, cards }: LineUse): Reading | MissingReason {
    const shaped = shaperOf(cards ?? []);
    const limit = bitsPerSecond ?? shaped?.bitsPerSecond ?? speedOf(cards ?? []);
    if (moment.lineBytesPerSecond === null || limit === null) return "not-configured";
    const ratio = (moment.lineBytesPerSecond * 8) / limit;
    // a shaper that throws away what is over its rate is the saturated line itself
    const state = shaped?.isDropping === true ? "sat" : graded(ratio, bounds, "ok");
    return told(state, Math.round(ratio * 100), {
      detail: `${mbps(moment.lineBytesPerSecond * 8)} / ${mbps(limit)} Mbit/s ${percentText(ratio)}`,
    });
  },
});

export interface LineUse {
  readonly moment: HostMoment;
  /** as the file says; null: it does not */
  readonly bitsPerSecond: number | null;
  /** null: not asked */
  readonly cards: readonly HostNic[] | null;
}

const bounds = [
  [0.95, "sat"],
  [0.7, "high"],
] as const;
const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/** The narrowest rate set on a card. Source: tc-tbf(8), tc-htb(8): `rate 10Mbit`. */
function shaperOf(cards: readonly HostNic[]): { bitsPerSecond: number; isDropping: boolean } | null {
  const rates = cards.flatMap(({ shapers }) =>
    shapers.flatMap(({ setting, droppedPerSecond }) => {
      const [, number, unit = ""] = /\brate (\d+(?:\.\d+)?)([kmg]?)bit\b/i.exec(setting) ?? [];
      const bitsPerSecond = Number(number) * (units[unit.toLowerCase()] ?? 1);
      return bitsPerSecond > 0 ? [{ bitsPerSecond, isDropping: droppedPerSecond > 0 }] : [];
    }),
  );
  return rates.toSorted((a, b) => a.bitsPerSecond - b.bitsPerSecond)[0] ?? null;
}

function speedOf(cards: readonly HostNic[]): number | null {
  const speeds = cards.flatMap(({ name, speedMbps }) =>
    name === "lo" || speedMbps === null || speedMbps <= 0 ? [] : [speedMbps * 1e6],
  );
  return speeds.length === 0 ? null : Math.max(...speeds);
}

function mbps(bitsPerSecond: number): number {
  return Math.round(bitsPerSecond / 100_000) / 10;
}
