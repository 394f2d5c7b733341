import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import { percentText, told } from "./inside.ts";

/** Connections of those allowed. High: over 80 %. */
export const dbConn = evidence({
  id: "db.conn",
  bundle: "db",
  title: { ja: "データベースの接続数", en: "database connections" },
  states: ["ok", "high", "full"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "上限に近づいています", en: "close to the limit" },
    full: { ja: "上限に達しています", en: "all are used" },
  },
  leak: [0.04, 0.003],
  group: "db",
  timeoutSeconds: 4,
  risk: 1,
  unit: "%",

  read({ state, said, connections }: HostDatabase): Reading | MissingReason {
    if (state === "full") return told("full", 100, { detail: said.slice(0, 80), raw: said });
    if (connections === null || connections.limit === null || connections.limit === 0)
      return state === "up" || state === "denied" ? "denied" : "unreachable";
    const { used, limit } = connections;
    const ratio = used / limit;
    // some connections are kept back for administrators
    const grade = ratio >= fullRatio || limit - used <= keptBack ? "full" : ratio > highRatio ? "high" : "ok";
    return told(grade, Math.round(ratio * 100), { detail: `${used}/${limit} ${percentText(ratio)}` });
  },
});

const highRatio = 0.8;
const fullRatio = 0.98;
/** Source: PostgreSQL superuser_reserved_connections, 3 unless it is set. */
const keptBack = 3;
