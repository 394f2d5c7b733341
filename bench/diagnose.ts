import { createEngine, worldOf } from "../src/diagnose/engine/engine.ts";
import type { PartGraph } from "../src/diagnose/model.ts";
import { specifiedCatalogue } from "../test/doubles/diagnosis-catalogue.ts";
import { causeAt } from "../test/doubles/diagnosis-faults.ts";
import { allLooks, offersOf, partGraph, town, type Look } from "../test/doubles/diagnosis-town.ts";
import { dice, stageOf, witness } from "../test/doubles/diagnosis-world.ts";
import type { Row } from "./row.ts";

const rounds = 60;
/** The prototype's whole diagnosis, two to seven judgements with their plans, took 20 to 25 ms at 65 hypotheses. */
const prototypeMs = 22.5;
/** Judgements of such a diagnosis. */
const wavesOfPrototype = 4;

/** CPU of one judgement with the choice of the next question, and of a whole diagnosis, by the number of hypotheses. */
export async function diagnose(): Promise<readonly Row[]> {
  const catalogue = specifiedCatalogue();
  const looks = allLooks(catalogue);
  const rows: Row[] = [];
  for (const machines of [0, 8, 53]) {
    const graph = machines === 0 ? smallTown() : grownTown(machines);
    const count = worldOf(catalogue, graph).hypotheses.filter(({ cause }) => cause !== null).length;
    const there = looks.filter(({ target }) => graph.parts.has(target)).concat(neighbourLooks(graph));
    const stage = stageOf(catalogue, graph);
    const seen = witness(stage, [causeAt("disk-full@host:web1")], {
      looks: there,
      nature: { sigma: 0, wrong: 0, missing: 0, together: 0.7, typical: false },
      roll: dice(3),
    });
    const engine = createEngine(catalogue, graph);
    const offers = offersOf(catalogue, there);
    const ms = cpuMsOf(() => {
      const judgement = engine.judge(seen);
      engine.stop(judgement, seen, offers);
    });
    const unit = "ms";
    const theirs = prototypeMs / wavesOfPrototype;
    rows.push({
      name: `diagnose: judge and plan, ${count} hypotheses, ${seen.length} observations`,
      ours: ms,
      peer: "prototype at 65 and 120",
      theirs,
      unit,
    });
  }
  return rows;
}

/** Mean over many rounds, after some to warm up. */
function cpuMsOf(run: () => void): number {
  for (let round = 0; round < 30; round += 1) run();
  const started = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) run();
  return process.cpuUsage(started).user / 1_000 / rounds;
}

/** The town with one machine and one line. */
function smallTown(): PartGraph {
  const left = new Set([
    "host:web2",
    "host:host3",
    "service:neighbour",
    "service:other",
    "segment:seg2",
    "isp:b",
    "vantage:vb",
  ]);
  return { parts: new Map([...town.parts].filter(([id]) => !left.has(id))) };
}

/** The town with so many more machines, each with a web service and a database. */
function grownTown(machines: number): PartGraph {
  const more = partGraph(
    Array.from({ length: machines }, (_, index) => index).flatMap((index) => [
      [`host:m${index}`, "host", "segment:seg2"] as const,
      [`service:w${index}`, "web", `host:m${index} service:d${index}`] as const,
      [`service:d${index}`, "db", `host:m${index}`] as const,
    ]),
  );
  return { parts: new Map([...town.parts, ...more.parts]) };
}

/** What is seen of the other machines from outside. */
function neighbourLooks(graph: PartGraph): readonly Look[] {
  return [...graph.parts.keys()]
    .filter((id) => /^service:w\d/.test(id))
    .flatMap((target) => ["va", "vb"].map((vantage) => ({ evidence: "vp.http", target, vantage })));
}
