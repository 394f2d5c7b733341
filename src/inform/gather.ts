import { stampNow, type Clock } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import { incidentStates, type IncidentState } from "../kernel/model/incident.ts";
import type { Site } from "../kernel/model/site.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import type { Window } from "../kernel/model/window.ts";
import type { Availability, AvailabilityReader } from "../kernel/ports.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { PublicUpdate } from "./notices.ts";
import { pageModel, shownServices, type PageModel, type PublicIncident } from "./page.ts";

const openLimit = 50;
const endedLimit = 30;
const aheadLimit = 1_000;
const overLimit = 100;

export interface PageSources {
  readonly ledger: Pick<Ledger, "read">;
  readonly clock: Clock;
  readonly site: Site;
  readonly status: SiteStatus;
  /** without it the page shows no past */
  readonly availability?: AvailabilityReader;
}

const pastDays = 90;

/** The page as the ledger and the present status make it. @returns null when the site has no status page */
export async function readPage({ ledger, clock, site, status, availability }: PageSources): Promise<PageModel | null> {
  const { statusPage } = site;
  if (statusPage === null) return null;
  const [open, ended] = await Promise.all([
    ledger.read.incidents({ state: "open", limit: openLimit }),
    ledger.read.incidents({ state: "ended", limit: endedLimit }),
  ]);
  const shown = [...open, ...ended].filter((incident) => shownServices(incident, statusPage.show).length > 0);
  const incidents = await Promise.all(
    shown.map(async (incident): Promise<PublicIncident> => {
      const timeline = await ledger.read.timeline(incident.id);
      return { incident, updates: timeline.flatMap(publicUpdate) };
    }),
  );
  const past = await pastOf(availability, statusPage.show);
  return pageModel({ site, status, incidents, at: stampNow(clock), windows: await windowsOf(ledger), past });
}

async function windowsOf({ read }: PageSources["ledger"]): Promise<readonly Window[]> {
  const [alive, over] = await Promise.all([
    read.storedWindows({ states: ["planned", "preparing", "open", "verifying"], limit: aheadLimit }),
    read.storedWindows({ states: ["closed", "cancelled"], limit: overLimit }),
  ]);
  return [...alive, ...over].map(({ window }) => window);
}

/** News must not wait for the past: what cannot be read is left out of the page, which is whole without. */
async function pastOf(
  availability: AvailabilityReader | undefined,
  services: readonly string[],
): Promise<ReadonlyMap<string, Availability>> {
  try {
    const found = (await availability?.read({ services, days: pastDays })) ?? [];
    return new Map(found.map((one) => [one.service, one]));
  } catch {
    return new Map();
  }
}

/** An incident that moved on to another state is news; everything else in its timeline is ours alone. */
function publicUpdate(event: LedgerEvent): readonly PublicUpdate[] {
  const state = event.data["state"];
  if (event.kind !== "incident.updated" || !isState(state)) return [];
  return [{ at: event.at, state, text: null }];
}

function isState(value: unknown): value is IncidentState {
  return incidentStates.includes(value as IncidentState);
}
