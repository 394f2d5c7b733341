import { phaseOf } from "../../kernel/model/provider-notice.ts";
import type { KeptNotice, Proposal, ProviderAnnouncement } from "../../kernel/ports-feeds.ts";
import { hostsOf } from "./draw-up.ts";

const dayMs = 86_400_000;
/** A failure whose end nobody tells is not believed for longer than this after its last word. */
const staleMs = 2 * dayMs;

/** What of a notice holds at this moment: under way, or to begin within a day. */
export function announcementsOf(notice: KeptNotice, nowMs: number): readonly ProviderAnnouncement[] {
  const { newest } = notice;
  const { state, kind, windows, questions } = newest.read;
  const phase = phaseOf(state);
  const decided = decidedOf(notice);
  if ((phase !== "planned" && phase !== "ongoing") || decided === "rejected") return [];
  const base = {
    noticeId: notice.id,
    provider: notice.provider,
    title: newest.title,
    kind,
    hosts: hostsOf(notice.matches),
    confidence: notice.confidence,
  };
  const saidAtMs = newest.receivedAt.atMs;
  const spans = decided ?? windows;
  if (spans.length === 0) {
    const holds = phase === "ongoing" && nowMs - saidAtMs < staleMs;
    return holds ? [{ ...base, phase, startMs: null, endMs: null, certain: true }] : [];
  }
  const certain = decided !== null || questions.length === 0;
  return spans
    .filter((span) => isNear(span, { nowMs, saidAtMs }))
    .map(({ startMs, endMs }) => ({
      ...base,
      phase: startMs <= nowMs ? "ongoing" : "planned",
      startMs,
      endMs,
      certain,
    }));
}

/** A decision holds for the wording it was made on. */
function decidedOf({ proposal }: KeptNotice): Proposal["windows"] | "rejected" | null {
  if (proposal === null || proposal.outdated || proposal.state === "proposed") return null;
  return proposal.state === "rejected" ? "rejected" : proposal.windows;
}

function isNear(
  { startMs, endMs }: { startMs: number; endMs: number | null },
  { nowMs, saidAtMs }: { nowMs: number; saidAtMs: number },
): boolean {
  const lastMs = endMs ?? Math.max(startMs, saidAtMs) + staleMs;
  return nowMs <= lastMs && startMs <= nowMs + dayMs;
}
