import type { HostMail } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";
import { counted, figure } from "./why-samples.ts";

/** The section `mail`: Postfix's or Exim's queues, Dovecot's sessions and quotas. */
export function mailOf(lines: readonly string[]): HostMail {
  const queues = tagged(lines, "queue").flatMap((row) => {
    const [name = "", count] = row.split(" ");
    const mails = figure(count);
    return mails === null || name === "" ? [] : [[name, mails] as const];
  });
  const oldest = figure(tagged(lines, "oldest")[0]);
  const [users, connections] = (tagged(lines, "who")[0] ?? "").split(" ").map((one) => figure(one));
  return {
    queues: queues.length === 0 ? null : Object.fromEntries(queues.filter(([name]) => name !== "none")),
    oldestAtMs: oldest === null ? null : oldest * 1_000,
    reasons: tagged(lines, "reason").flatMap(counted),
    senders: tagged(lines, "sender").flatMap(counted),
    sessions: typeof users === "number" && typeof connections === "number" ? { users, connections } : null,
    quotas: quotasOf(lines),
  };
}

/** `quota 97 taro STORAGE 993280 1024000`, the first figure in percent */
function quotasOf(lines: readonly string[]): HostMail["quotas"] {
  const rows = tagged(lines, "quota").flatMap((row) => {
    const match = /^\d+ (\S+) .*?(\d+) (\d+)$/.exec(row.trim());
    if (match === null || Number(match[3]) === 0) return [];
    return [{ user: match[1] ?? "", usedRatio: Math.round((Number(match[2]) / Number(match[3])) * 1_000) / 1_000 }];
  });
  return rows.length === 0 ? null : rows.toSorted((a, b) => b.usedRatio - a.usedRatio);
}
