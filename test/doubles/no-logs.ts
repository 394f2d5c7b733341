import { ok } from "../../src/kernel/result.ts";
import type { LogDesk } from "../../src/kernel/ports-logs.ts";

/** A hub that collects no logs. */
export function noLogs(change: Partial<LogDesk> = {}): LogDesk {
  return {
    search: async () => [],
    tail: () => () => undefined,
    templatesAround: async ({ fromMs, toMs }) => ({ fromMs, toMs, comparedFromMs: null, rows: [] }),
    state: () => ({ sources: [], backlogBytes: 0, mostBacklogBytes: 0, lines: 0, blockedBy: null, heldBack: 0 }),
    takeSent: async () => ok({ taken: 0, paths: [] }),
    ...change,
  };
}
