import type { HostDirect } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";

/** Exit codes of curl. Source: curl(1), EXIT CODES. */
const [resolveFailed, connectFailed, timedOut] = ["6", "7", "28"];

/** The section `direct`. */
export function directOf(lines: readonly string[]): readonly HostDirect[] {
  return tagged(lines, "d").flatMap((row) => {
    const form = /^([01]) (\S+) (\/\S*) (\d+) (\d{3}) ([\d.]+) ([\d.]+)$/;
    const [, known, backend = "", page = "", exit = "", status = "", connect, total] = form.exec(row) ?? [];
    if (known === undefined) return [];
    const answered = status !== "000";
    return [
      {
        backend,
        page,
        isCheckedPage: known === "1",
        outcome: outcomeOf({ exit, answered, hasConnected: Number(connect) > 0 }),
        status: answered ? Number(status) : null,
        totalMs: Math.round(Number(total) * 1_000),
      },
    ];
  });
}

interface Ended {
  readonly exit: string;
  readonly answered: boolean;
  readonly hasConnected: boolean;
}

/** A page that is begun and too long for the time is an answer. */
function outcomeOf({ exit, answered, hasConnected }: Ended): HostDirect["outcome"] {
  if (answered) return "answered";
  if (exit === timedOut) return hasConnected ? "silent" : "no-connection";
  return exit === connectFailed || exit === resolveFailed ? "refused" : "cut-off";
}
