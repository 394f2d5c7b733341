import type { AuditDesk } from "../../src/kernel/ports-audit.ts";

/** A hub of which nothing is copied. */
export const noAudit: AuditDesk = {
  audit: ({ planned, without }) =>
    Promise.resolve({
      atMs: 0,
      planned,
      without,
      ok: true,
      lost: [],
      unknown: [],
      outcome: {
        event: { id: "without", kind: "without", of: null, unnoticedMs: 0 },
        copies: [],
        data: [],
        uncopiedHosts: [],
        down: [],
        hubStays: true,
        page: null,
        recoverSeconds: null,
        loseSeconds: null,
      },
      overview: null,
      uncopiedHosts: [],
      own: null,
      liveAt: [],
      trend: [],
    }),
  summary: () => Promise.resolve({ data: 0, lost: 0, unknown: 0 }),
  targets: () => Promise.resolve(["hub"]),
};
