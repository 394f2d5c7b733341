import { stampNow } from "../../kernel/clock.ts";
import { kindOf, type ComponentId } from "../../kernel/model/component.ts";
import type { DiagnosisNote, DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { Entry } from "../evidence/books.ts";
import { chConf } from "../evidence/ch-conf.ts";
import { chDep } from "../evidence/ch-dep.ts";
import { chFan } from "../evidence/ch-fan.ts";
import { chRest } from "../evidence/ch-rest.ts";
import { pvMaint } from "../evidence/pv-maint.ts";
import type { Offer } from "../model.ts";
import { together, type Gathered, type Gatherer } from "./gatherer.ts";
import { heldOn, windowsOf } from "./maintenance.ts";
import { carrierOf, hostIds, hostsNamed, isDeployment, partsDeployed, partsNamed } from "./notes.ts";
import { noted } from "./noted.ts";
import { nearest, type Situation } from "./situation.ts";

const minuteMs = 60_000;
/** How long before the incident a change may have been made to be its cause. */
const lookBackMs = { conf: 60 * minuteMs, dep: 120 * minuteMs, fan: 60 * minuteMs, rest: 48 * 60 * minuteMs };
/** The first failing attempt may come a little before the change is written down. */
const writtenLateMs = 2 * minuteMs;
/** Whoever wrote something down in this time keeps the book. */
const bookMs = 90 * 24 * 60 * minuteMs;
const manyHosts = 3;
const most = { services: 24, hosts: 8, names: 6 } as const;

/** What our own book tells: changes, windows and restores that people wrote down, and what providers planned. */
export function createChangeGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "chg",
    bundle: "chg",
    offers: (situation) => [offerOf(situation)],
    gather: (_offer, situation) => look(sources, situation),
  };
}

function offerOf(situation: Situation): Offer {
  return {
    bundle: "chg",
    target: null,
    tells: [
      ...changeable(situation).flatMap((target) => told([chConf.id, ...(isService(target) ? [chDep.id] : [])], target)),
      ...hosts(situation).flatMap((target) => told([chRest.id], target)),
      ...carriers(situation).flatMap((target) => told([chFan.id], target)),
      ...heldOn(situation).flatMap((target) => told([pvMaint.id], target)),
    ],
    expectedSeconds: 0.1,
  };
}

function told(ids: readonly string[], target: ComponentId): Offer["tells"] {
  return ids.map((evidence) => ({ evidence, target, vantage: null }));
}

function isService(id: ComponentId): boolean {
  return kindOf(id) === "service";
}

/** Parts that a setting may be wrong of. */
function changeable({ near }: Situation): readonly ComponentId[] {
  const of = (kind: ReturnType<typeof kindOf>, limit: number): readonly ComponentId[] =>
    near.filter((id) => kindOf(id) === kind).slice(0, limit);
  return [
    ...of("service", most.services),
    ...of("host", most.hosts),
    ...of("domain", most.names),
    ...of("cert", most.names),
  ];
}

function hosts(situation: Situation): readonly ComponentId[] {
  return hostIds(nearest(situation, "host", most.hosts));
}

function carriers(situation: Situation): readonly ComponentId[] {
  return [...new Set(hosts(situation).map((host) => carrierOf(host, situation)))];
}

async function look(sources: DiagnosisSources, situation: Situation): Promise<Gathered> {
  const [changes, restores, windows] = await Promise.all([
    sources.notes("change"),
    sources.notes("restore"),
    sources.notes("window"),
  ]);
  const isKept = [...changes, ...restores, ...windows].some(({ at }) => situation.nowMs - at.atMs < bookMs);
  const book: Book = { situation, isKept, at: stampNow(sources.clock) };
  const [deployments, settings] = [changes.filter(isDeployment), changes.filter((note) => !isDeployment(note))];
  const maintained = await windowsOf(sources, situation, windows);
  return together([
    ...changeable(situation).map((target) =>
      pageOf(book, chConf, { target, notes: within(settings, situation, lookBackMs.conf) }),
    ),
    ...changeable(situation)
      .filter(isService)
      .map((target) => pageOf(book, chDep, { target, notes: within(deployments, situation, lookBackMs.dep) })),
    ...hosts(situation).map((target) =>
      pageOf(book, chRest, { target, notes: within(restores, situation, lookBackMs.rest) }),
    ),
    ...fanOut(book, within(changes, situation, lookBackMs.fan)),
    ...heldOn(situation).map((target) => {
      const windowsHere = maintained.windows.filter((one) => one.targets.has(target));
      const found = pvMaint.read({
        windows: windowsHere,
        isKept: isKept || maintained.isTold,
        nowMs: situation.nowMs,
      });
      return noted({ evidence: pvMaint.id, target, vantage: null, at: book.at }, found);
    }),
  ]);
}

interface Book {
  readonly situation: Situation;
  readonly isKept: boolean;
  readonly at: ReturnType<typeof stampNow>;
}

function within(notes: readonly DiagnosisNote[], { startedAtMs }: Situation, backMs: number): readonly DiagnosisNote[] {
  return notes.filter(({ at }) => at.atMs >= startedAtMs - backMs && at.atMs <= startedAtMs + writtenLateMs);
}

function pageOf(
  { situation, isKept, at }: Book,
  evidence: typeof chConf | typeof chDep | typeof chRest,
  { target, notes }: { readonly target: ComponentId; readonly notes: readonly DiagnosisNote[] },
): Gathered {
  const about = evidence === chDep ? partsDeployed : partsNamed;
  const entries = notes.filter((note) => about(note, situation).has(target)).map(entryOf);
  return noted({ evidence: evidence.id, target, vantage: null, at }, evidence.read({ entries, isKept }));
}

function entryOf({ text, at }: DiagnosisNote): Entry {
  return { text, atMs: at.atMs };
}

/** One change that names several machines, or says that it went to all of them. */
function fanOut({ situation, isKept, at }: Book, notes: readonly DiagnosisNote[]): readonly Gathered[] {
  const wide = notes.filter((note) => hostsNamed(note, situation).length >= manyHosts);
  return carriers(situation).map((target) => {
    const touched = wide.filter((note) =>
      hostIds(hostsNamed(note, situation)).some((host) => carrierOf(host, situation) === target),
    );
    const machines = [...new Set(touched.flatMap((note) => hostsNamed(note, situation)))];
    const found = chFan.read({ entries: touched.map(entryOf), isKept, hosts: machines });
    return noted({ evidence: chFan.id, target, vantage: null, at }, found);
  });
}
