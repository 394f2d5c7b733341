import type { Attention } from "../kernel/model/status.ts";
import type { ProviderAnnouncement } from "../kernel/ports-feeds.ts";
import type { TrapIntakeStatus } from "../kernel/ports-hardware.ts";
import type { LogState } from "../kernel/ports-logs.ts";

export interface AttentionSources {
  readonly announcements: readonly ProviderAnnouncement[];
  readonly traps: TrapIntakeStatus;
  readonly logs: LogState;
}

/** Those under way come first; all of them stand on their own page. */
const mostAnnouncements = 3;

/** What a person should know of the intakes, and what providers say about now. */
export function intakeAttentions({ announcements, traps, logs }: AttentionSources): readonly Attention[] {
  return [
    ...trapAttentions(traps),
    ...logAttentions(logs),
    ...announcements.slice(0, mostAnnouncements).map(({ provider, title, phase }): Attention => {
      const code = phase === "ongoing" ? "provider-says-now" : "provider-says-soon";
      return { code, level: "info", facts: { provider, title: title.slice(0, 120) } };
    }),
  ];
}

function trapAttentions({ port, problem }: TrapIntakeStatus): readonly Attention[] {
  if (port === null || problem === null) return [];
  return [{ code: "traps-closed", level: "warning", facts: { port, reason: problem } }];
}

function logAttentions({ sources, blockedBy }: LogState): readonly Attention[] {
  const lost = sources.filter(({ dropped }) => dropped > 0);
  return [
    ...(blockedBy === null ? [] : [{ code: "logs-blocked", level: "warning", facts: { error: blockedBy } } as const]),
    ...(lost.length === 0
      ? []
      : [
          {
            code: "log-lines-dropped",
            level: "warning",
            facts: {
              sources: lost.map(({ at }) => at).join(", "),
              lines: lost.reduce((sum, { dropped }) => sum + dropped, 0),
            },
          } as const,
        ]),
  ];
}
