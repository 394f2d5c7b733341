import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import { told } from "./inside.ts";

/** Connecting and `SELECT 1`. */
export const dbUp = evidence({
  id: "db.up",
  bundle: "db",
  title: { ja: "データベースへの接続", en: "database connection" },
  states: ["ok", "refused", "timeout"],
  stateWords: {
    ok: { ja: "接続できます", en: "connects" },
    refused: { ja: "接続が拒否されます", en: "the connection is refused" },
    timeout: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.003, 0.003],
  group: null,
  timeoutSeconds: 4,
  risk: 1,
  unit: "ms",

  /** One that has no room left, or lets us not look, is there and answers: the connection itself says nothing of that. */
  read({ state, said, version }: HostDatabase): Reading | MissingReason {
    if (state === "up") return told("ok", null, { detail: version ?? "" });
    if (state === "full" || state === "denied" || state === "unclear") return "denied";
    const isTimeout = state === "timeout";
    return told(isTimeout ? "timeout" : "refused", null, {
      detail: `${state} ${said}`.slice(0, 100).trim(),
      raw: said,
    });
  },
});
