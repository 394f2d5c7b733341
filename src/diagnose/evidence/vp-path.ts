import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Where on the way packets are lost; the value is the loss. */
export const vpPath = evidence({
  id: "vp.path",
  bundle: "path",
  title: { ja: "経路", en: "the way there" },
  states: ["ok", "lastmile", "transit", "edge"],
  stateWords: {
    ok: { ja: "途中で失われていません", en: "nothing is lost on the way" },
    lastmile: { ja: "観測地点のすぐ近くで失われています", en: "packets are lost close to the vantage" },
    transit: { ja: "途中の回線で失われています", en: "packets are lost on the way" },
    edge: { ja: "対象のすぐ手前で失われています", en: "packets are lost just before the target" },
  },
  leak: [0.02, 0.02, 0.01],
  group: null,
  timeoutSeconds: 8,
  risk: 2,
  unit: "%",

  read({ lossRatio, where, target, hops }: WayThere): Reading | MissingReason {
    if (lossRatio === null) return "not-configured";
    const facts = { target, lossRatio, hops: hops.slice(0, mostHops) };
    const raw = hops.join("\n").slice(0, keptRaw);
    if (lossRatio < noticeableRatio) return { state: "ok", value: lossRatio * 100, facts, raw: "" };
    // lost, and nothing tells where
    return where === null ? "unreachable" : { state: where, value: lossRatio * 100, facts, raw };
  },
});

const mostHops = 30;
const keptRaw = 2_048;
/** One packet in thirty gets lost on a good day. */
const noticeableRatio = 0.04;

export interface WayThere {
  readonly target: string;
  /** null: not measured */
  readonly lossRatio: number | null;
  readonly where: "lastmile" | "transit" | "edge" | null;
  /** routers, one a line, nearest first */
  readonly hops: readonly string[];
}
