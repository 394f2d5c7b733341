import { errorText, KoboshiError, type ErrorCode } from "../kernel/errors.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Delivery } from "../kernel/model/notice.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import type { Publication, StoredSignal } from "../storage/ledger/ledger.ts";
import type { JobStatus } from "../kernel/model/job.ts";
import type { WebDeps } from "./deps.ts";
import { loadWindows, type HomeWindows } from "./pages/home-windows.tsx";
import type { Past, Reading } from "./past.ts";

/** One incident with what belongs to it. */
export interface IncidentFacts {
  readonly incident: Incident;
  /** oldest first */
  readonly signals: readonly StoredSignal[];
  readonly deliveries: readonly Delivery[];
}

export interface HomeFacts {
  /** null: it cannot be read */
  readonly status: SiteStatus | null;
  readonly lastEnded: Incident | null;
  readonly publications: readonly Publication[];
  readonly jobs: readonly JobStatus[];
  readonly windows: HomeWindows;
  /** attempts that could see, within the last 24 hours */
  readonly attempts: Reading<number>;
  /** what failed while reading; null: all could be read */
  readonly unreadable: ErrorCode | null;
}

const noWindows: HomeWindows = { underWay: [], next: null };

/** Reads what Home shows. What cannot be read is said on the page; the rest of the page stays. */
export async function loadHome(deps: WebDeps, past: Past): Promise<HomeFacts> {
  const { read } = deps.ledger;
  const attempts = past.attempts(deps.site().checks.map(({ id }) => id));
  const status = await attempt(deps, () => deps.status());
  const ended = await attempt(deps, () => read.incidents({ state: "ended", limit: 1 }));
  const publications = await attempt(deps, () => read.publications());
  const windows = await attempt(deps, () => loadWindows(deps));
  return {
    status: status.value,
    lastEnded: ended.value?.[0] ?? null,
    publications: publications.value ?? [],
    jobs: deps.jobs.jobs(),
    windows: windows.value ?? noWindows,
    attempts: await attempts,
    unreadable: status.code ?? ended.code ?? publications.code ?? windows.code,
  };
}

/** @returns null when it cannot be read */
export async function loadStatus(deps: WebDeps): Promise<SiteStatus | null> {
  return (await attempt(deps, () => deps.status())).value;
}

/** @returns null when the incident's own records cannot be read */
export async function loadFacts(deps: WebDeps, incident: Incident): Promise<IncidentFacts | null> {
  const { read } = deps.ledger;
  const facts = await attempt(deps, async () => ({
    incident,
    signals: await read.signalsOf(incident.id),
    deliveries: await read.deliveriesOf(incident.id),
  }));
  return facts.value;
}

export async function loadTimeline(deps: WebDeps, incidentId: number): Promise<readonly LedgerEvent[]> {
  return deps.ledger.read.timeline(incidentId);
}

interface Attempt<T> {
  readonly value: T | null;
  readonly code: ErrorCode | null;
}

async function attempt<T>(deps: WebDeps, read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await read(), code: null };
  } catch (thrown) {
    deps.log.error("page cannot read", { error: errorText(thrown) });
    return { value: null, code: thrown instanceof KoboshiError ? thrown.code : "KB1004" };
  }
}
