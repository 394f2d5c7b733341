import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";

/** Boot id and uptime; the value is how long it has been up. */
export const hsBoot = evidence({
  id: "hs.boot",
  bundle: "ssh",
  title: { ja: "再起動の有無", en: "restart of the machine" },
  states: ["same", "rebooted"],
  stateWords: {
    same: { ja: "再起動していません", en: "not restarted" },
    rebooted: { ja: "再起動しています", en: "restarted" },
  },
  leak: [0.01],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "s",

  /** Restarted since shortly before the incident, or since the machine was last seen in good health. */
  read({ startedAtMs, nowMs, answers, reading, usual }: HostInside): Reading | MissingReason {
    if (reading?.system == null) return whyNot(answers, "system");
    const { uptimeSeconds } = reading.system;
    const bootedAtMs = nowMs - uptimeSeconds * 1_000;
    const isFresh = bootedAtMs >= startedAtMs - freshMs;
    const lastSeenMs = otherBootMs(usual, reading.identity?.bootId ?? null);
    const isOther = lastSeenMs !== null && Math.max(bootedAtMs, lastSeenMs) >= startedAtMs - dayMs;
    const state = isFresh || isOther ? "rebooted" : "same";
    const detail = state === "same" ? "" : `up ${durationText(uptimeSeconds)}`;
    return told(state, Math.round(uptimeSeconds), { detail, bootedAtMs: Math.round(bootedAtMs) });
  },
});

/** What did not start after a reboot is often missed only when somebody wants it. */
const freshMs = 30 * 60_000;
const dayMs = 86_400_000;

/** When it was last seen in another boot than this; null: in none that is known of. Some are told another machine's uptime. */
function otherBootMs(usual: HostInside["usual"], bootId: string | null): number | null {
  if (bootId === null || usual === null || usual.bootId === null) return null;
  return usual.bootId === bootId ? null : usual.atMs;
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
