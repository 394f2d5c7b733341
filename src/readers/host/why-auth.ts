import type { HostLogins } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";
import { logMoment, type LogClock } from "./log-time.ts";
import { counted, figure } from "./why-samples.ts";

/** The section `auth`: what sshd wrote down of who came in and who did not. */
export function loginsOf(lines: readonly string[], clock: LogClock): HostLogins {
  const accepted = tagged(lines, "a").flatMap((row) => {
    const match = /: Accepted (\S+) for (\S+) from (\S+) port/.exec(row);
    if (match === null) return [];
    const [, method = "", user = "", from = ""] = match;
    return [{ atMs: logMoment(row, clock), user, from, method }];
  });
  return {
    accepted: accepted.toReversed(),
    failures: figure(tagged(lines, "failed")[0]?.trim()) ?? 0,
    failuresBy: tagged(lines, "by")
      .flatMap(counted)
      .map(({ count, text }) => ({ from: text, count })),
  };
}
