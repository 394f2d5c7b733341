import { stampNow } from "../../kernel/clock.ts";
import { nameOf } from "../../kernel/model/component.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import { hsData } from "../evidence/hs-data.ts";
import { hsInteg } from "../evidence/hs-integ.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId, lookInside } from "./host-inside.ts";
import { lookedInto } from "./host-services.ts";
import { noted } from "./noted.ts";
import { partsNamed } from "./notes.ts";
import type { Situation } from "./situation.ts";

const kinds = [hsData, hsInteg];
/** Packages are compared as they are now: what somebody wrote down in the last days may be it. */
const notedMs = 3 * 86_400_000;

/** Whether what should be on a machine is there, and as it was. */
export function createDataGatherer(sources: InsideSources): Gatherer {
  return {
    id: "data",
    bundle: "data",
    offers: (situation) =>
      lookedInto(situation)
        .filter((host) => situation.site.hosts.get(host)?.look?.by === "ssh")
        .map((host) => {
          const target = hostId(host);
          const tells = kinds.map(({ id }) => ({ evidence: id, target, vantage: null }));
          return { bundle: "data", target, tells, expectedSeconds: 5 };
        }),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve(nothing)
        : look(sources, { host: nameOf(offer.target), situation, signal }),
  };
}

interface Asked {
  readonly host: string;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: InsideSources, { host, situation, signal }: Asked): Promise<Gathered> {
  const [inside, changes] = await Promise.all([
    lookInside(sources, { host, situation, sections: ["data", "integrity"], wantsReading: false, signal }),
    sources.notes("change"),
  ]);
  const target = hostId(host);
  const notes = changes
    .filter(({ at }) => at.atMs >= situation.startedAtMs - notedMs)
    .filter((note) => partsNamed(note, situation).has(target))
    .map(({ text }) => text);
  const about = { target, vantage: null, at: stampNow(sources.clock) };
  return together([
    noted({ ...about, evidence: hsData.id }, hsData.read(inside)),
    noted({ ...about, evidence: hsInteg.id }, hsInteg.read({ inside, notes })),
  ]);
}
