import { elapsedMs, stampNow, type Clock } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Attention, VantageStatus } from "../kernel/model/status.ts";
import type { TelemetryState } from "../storage/telemetry/telemetry.ts";
import type { Sight } from "./eyes.ts";

/** A step of the clock stays on the screen for a day. */
const jumpShownMs = 86_400_000;
/** Certificates, logins and logs begin to suffer from about here. */
const clockLimitMs = 2_000;

export interface AttentionSources {
  readonly site: Site;
  readonly clock: Clock;
  /** the newest `clock.jumped` event; null without one */
  readonly lastJump: LedgerEvent | null;
  readonly vantages: readonly VantageStatus[];
  /** what the hub's own vantage says of its eyes; null before the first look */
  readonly sight: Sight | null;
  readonly page: readonly Attention[];
  /** what whoever watches koboshi itself has to say */
  readonly watch: readonly Attention[];
  readonly telemetry: TelemetryState;
  /** findings of the configuration that was refused last; 0 when the newest one runs */
  readonly refusedFindings: number;
  /** what keeps the ledger from taking changes; null while it does */
  readonly ledgerBlockedBy: string | null;
}

/** What a person should know although nothing is down, worst first. */
export function gatherAttentions(sources: AttentionSources): readonly Attention[] {
  const { site, vantages, refusedFindings } = sources;
  const found: Attention[] = [
    ...ledgerAttentions(sources),
    ...(site.notify.channels.size === 0 && site.services.size > 0 ? [attention("no-channel", "down")] : []),
    ...(site.people.size === 0 && site.services.size > 0 ? [attention("nobody-told", "warning")] : []),
    ...telemetryAttentions(sources.telemetry),
    ...sources.page,
    ...sources.watch,
    ...(refusedFindings > 0 ? [attention("config-refused", "warning", { findings: refusedFindings })] : []),
    ...vantages.flatMap((vantage) => vantageAttentions(vantage, sources.sight)),
    ...clockJumps(sources),
    ...(site.url === null && site.people.size > 0 ? [attention("no-site-url", "info")] : []),
    ...(site.notActive.length > 0 ? [attention("keys-not-active", "info", { keys: site.notActive.join(", ") })] : []),
  ];
  return found;
}

function attention(code: string, level: Attention["level"], facts: Attention["facts"] = {}): Attention {
  return { code, level, facts };
}

function ledgerAttentions({ ledgerBlockedBy }: AttentionSources): readonly Attention[] {
  return ledgerBlockedBy === null ? [] : [attention("ledger-blocked", "down", { error: ledgerBlockedBy })];
}

/** Measurements are never worth waking anyone for; what cannot be kept is said all the same. */
function telemetryAttentions({ blockedBy, lostRows, damagedDays }: TelemetryState): readonly Attention[] {
  return [
    ...(blockedBy === null ? [] : [attention("telemetry-blocked", "warning", { error: blockedBy, lost: lostRows })]),
    ...(damagedDays.length === 0 ? [] : [attention("telemetry-damaged", "warning", { days: damagedDays.join(", ") })]),
  ];
}

function vantageAttentions({ name, state, clockOffsetMs }: VantageStatus, sight: Sight | null): readonly Attention[] {
  const facts = { vantage: name };
  const reason = name === "here" ? sight?.reasons[0] : undefined;
  const bySight = {
    ok: [],
    silent: [attention("vantage-silent", "warning", facts)],
    blind: [attention("vantage-blind", "warning", reason === undefined ? facts : { ...facts, reason })],
    "never-joined": [attention("vantage-never-joined", "info", facts)],
  }[state];
  if (clockOffsetMs === null || Math.abs(clockOffsetMs) < clockLimitMs) return bySight;
  return [
    ...bySight,
    attention("vantage-clock", "warning", { ...facts, offsetSeconds: Math.round(clockOffsetMs / 1000) }),
  ];
}

/** The last step of this machine's own clock, while it is recent. */
function clockJumps({ lastJump, clock }: AttentionSources): readonly Attention[] {
  if (lastJump === null || elapsedMs(lastJump.at, stampNow(clock)) > jumpShownMs) return [];
  const jumpedMs = Number(lastJump.data["jumpedMs"] ?? 0);
  return [attention("clock-jumped", "warning", { stepSeconds: Math.round(jumpedMs / 1000) })];
}
