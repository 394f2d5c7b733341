import type { Clock } from "../../kernel/clock.ts";
import type { LogLines } from "../../kernel/model/probe.ts";
import type { LogDesk } from "../../kernel/ports-logs.ts";

/** Lines carry their own machine's time, which may be ahead of ours. */
const aheadMs = 60_000;

/** Counts lines for the checks of logs. */
export function createLogLines({ search, state }: Pick<LogDesk, "search" | "state">, clock: Clock): LogLines {
  return {
    async count({ source, text, windowMs, most }) {
      const known = state().sources.find(({ key }) => key === source);
      if (known === undefined || known.state === "missing" || known.state === "failed") return null;
      const nowMs = clock.nowMs();
      const entries = await search({ source, text, fromMs: nowMs - windowMs, toMs: nowMs + aheadMs, limit: most });
      return { lines: entries.length, newest: entries[0]?.text ?? "" };
    },
  };
}
