import { kindOf, type ComponentId } from "../../kernel/model/component.ts";
import type { DiagnosisNote, DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { KeptNotice } from "../../kernel/ports-feeds.ts";
import { readNotice } from "../../readers/notices/notice.ts";
import type { MaintenanceWindow } from "../evidence/pv-maint.ts";
import { carrierOf, hostIds, partsNamed } from "./notes.ts";
import { mostProviders } from "./controls.ts";
import { nearest, needsOf, type Situation } from "./situation.ts";

const hourMs = 3_600_000;
/** A window that was written down with no time is believed for so long. */
const untimedMs = 6 * hourMs;
/** No window of a note older than this still shows. */
const oldestNoteMs = 7 * 24 * hourMs;
const endedWords = /終了|完了|終わ|\b(?:ended|finished|completed|complete|done|over)\b/i;

/** Windows with the parts they are held on. */
export interface Held extends MaintenanceWindow {
  readonly targets: ReadonlySet<ComponentId>;
}

/** Where windows are told: at the providers near; where a machine has none, at its place, else at itself. */
export function heldOn(situation: Situation): readonly ComponentId[] {
  const providers = nearest(situation, "provider", mostProviders).map((key): ComponentId => `provider:${key}`);
  const bare = hostIds(nearest(situation, "host", mostProviders)).filter(
    (host) => providerOf(host, situation) === null,
  );
  return [...new Set([...providers, ...bare.map((host) => placeOrSelf(host, situation))])];
}

function providerOf(id: ComponentId, situation: Situation): ComponentId | null {
  return [...needsOf(situation, id)].find((one) => kindOf(one) === "provider") ?? null;
}

function placeOrSelf(host: ComponentId, situation: Situation): ComponentId {
  const around = carrierOf(host, situation);
  return kindOf(around) === "place" ? around : host;
}

/** Windows of people's notes and of providers' notices. `isTold`: a provider's source is read, so silence means none. */
export async function windowsOf(
  sources: DiagnosisSources,
  situation: Situation,
  notes: readonly DiagnosisNote[],
): Promise<{ readonly windows: readonly Held[]; readonly isTold: boolean }> {
  const near = new Set(nearest(situation, "provider", mostProviders));
  const notices = (await sources.notices()).filter(({ provider }) => near.has(provider));
  return {
    windows: [
      ...notes
        .filter(({ at }) => situation.nowMs - at.atMs < oldestNoteMs)
        .flatMap((note) => fromNote(note, situation)),
      ...notices.flatMap(fromNotice),
    ],
    isTold: sources
      .feeds()
      .some(({ provider, state }) => near.has(provider) && (state === "ok" || state === "warning")),
  };
}

function fromNote(note: DiagnosisNote, situation: Situation): readonly Held[] {
  const { text, at } = note;
  const read = readNotice({ text, receivedAtMs: at.atMs, zone: situation.site.timeZone, zoneIsSure: true });
  const targets = placesOf(partsNamed(note, situation), situation);
  if (endedWords.test(text)) return [{ startMs: at.atMs, endMs: at.atMs, text, targets }];
  // whoever writes down times without a day means that day
  const [meant] = read.questions.flatMap(({ readings }) => readings);
  const spans = read.windows.length > 0 || meant === undefined ? read.windows : [meant];
  if (spans.length === 0) return [{ startMs: at.atMs, endMs: at.atMs + untimedMs, text, targets }];
  return spans.map(({ startMs, endMs }) => ({ startMs, endMs: endMs ?? startMs + untimedMs, text, targets }));
}

/** Everything the parts stand on: a window of a machine is one of its place and provider, as far as it goes. */
function placesOf(ids: ReadonlySet<ComponentId>, situation: Situation): ReadonlySet<ComponentId> {
  return new Set([...ids].flatMap((id) => [...needsOf(situation, id)]));
}

/** As decided where somebody decided on this wording, else as read; what was rejected is none. */
function fromNotice({ newest, proposal, provider }: KeptNotice): readonly Held[] {
  const { kind, state, windows } = newest.read;
  if (kind !== "maintenance" && kind !== "emergency-maintenance") return [];
  if (state === "cancelled" || (proposal?.state === "rejected" && !proposal.outdated)) return [];
  const decided = proposal?.state === "confirmed" && !proposal.outdated ? proposal.windows : windows;
  const targets: ReadonlySet<ComponentId> = new Set([`provider:${provider}` as const]);
  return decided.map(({ startMs, endMs }) => ({ startMs, endMs, text: newest.title, targets }));
}
