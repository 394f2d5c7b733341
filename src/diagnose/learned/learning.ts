import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { HostDesk } from "../../kernel/ports-hosts.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { createHabitBook, type HabitBook } from "../habits/book.ts";
import { createStanding } from "../habits/standing.ts";
import { troubledParts } from "../habits/trouble.ts";
import type { Catalogue, PartGraph } from "../model.ts";
import { partsOf } from "../parts.ts";
import { createFitting, type Fitting } from "./fitting.ts";
import { createLearnedDesk, type LearnedDesk } from "./desk.ts";

export interface LearningDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly sources: DiagnosisSources;
  readonly inside: Pick<InsideSources, "logs" | "metrics"> & { readonly hosts: Pick<HostDesk, "host" | "hosts"> };
  readonly usual: InsideSources["usual"];
  site(): Site;
}

const newest = 200;

/** Healthy days are written down, and with the confirmed cases handed to every diagnosis. */
export function openLearning(deps: LearningDeps): {
  readonly habits: HabitBook;
  readonly learned: LearnedDesk;
  readonly fitting: Fitting;
} {
  const { clock, log, ledger, catalogue, site, sources, usual } = deps;
  const graph = partsBySite(site);
  const inside = { ...sources, ...deps.inside, usual };
  const standing = createStanding({ sources, inside, hosts: deps.inside.hosts.hosts, graph });
  const troubled = async (): Promise<ReadonlySet<ComponentId>> => {
    const [incidents, windows] = await Promise.all([
      ledger.read.incidents({ limit: newest }),
      ledger.read.storedWindows({ states: ["open", "verifying"], limit: newest }),
    ]);
    const work = windows.map(({ window }) => window);
    return troubledParts({ now: stampNow(clock), site: site(), graph: graph(), incidents, windows: work });
  };
  const habits = createHabitBook({ clock, log, ledger, evidence: catalogue.evidence, standing, troubled });
  const fitting = createFitting({ clock, log, ledger, catalogue, graph });
  const learned = createLearnedDesk({ clock, ledger, catalogue, book: habits, fitting, sources, site, graph });
  return { habits, learned, fitting };
}

/** The parts of the site as it is now; worked out once for each site. */
function partsBySite(site: () => Site): () => PartGraph {
  let known: { readonly site: Site; readonly parts: PartGraph } | null = null;
  return () => {
    const now = site();
    if (known?.site !== now) known = { site: now, parts: partsOf(now) };
    return known.parts;
  };
}
