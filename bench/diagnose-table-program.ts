// `node --import tsx bench/diagnose-table-program.ts [ROUNDS]`: how often the engine is right in worlds unlike its catalogue, and what it says when the cause is not in it.
import { specifiedCatalogue } from "../test/doubles/diagnosis-catalogue.ts";
import type { Fault } from "../test/doubles/diagnosis-faults.ts";
import {
  admits,
  brier,
  isConfidentlyWrong,
  share,
  tryFaults,
  type Outcome,
  type Trial,
} from "../test/doubles/diagnosis-score.ts";
import { allLooks, town } from "../test/doubles/diagnosis-town.ts";
import { anyCause, dice, stageOf, witness, type Dice, type Nature } from "../test/doubles/diagnosis-world.ts";
import { runDiagnosis } from "../test/doubles/diagnosis-run.ts";
import { createEngine } from "../src/diagnose/engine/engine.ts";

const rounds = Number(process.argv[2] ?? 6);
const catalogue = specifiedCatalogue();
const plain: Nature = { sigma: 0, wrong: 0, missing: 0, together: 0.7, typical: true };
const noisy: Nature = { ...plain, wrong: 0.03, missing: 0.15 };
const drawn: Nature = { ...plain, typical: false, missing: 0.15 };
const crooked: Nature = { ...drawn, sigma: 1 };

const known: readonly (readonly [string, Omit<Trial, "rounds" | "roll">])[] = [
  ["A0 typical", { nature: plain }],
  ["A1 3 % wrong, 15 % missing", { nature: noisy }],
  ["A2 and likelihoods off by sigma 1", { nature: noisy, engineSigma: 1 }],
  ["A3 6 %, 30 %, sigma 1.5", { nature: { ...noisy, wrong: 0.06, missing: 0.3 }, engineSigma: 1.5 }],
  ["B2 A2, everything asked", { nature: noisy, engineSigma: 1, asksAll: true }],
  ["B3 A2, no discount", { nature: noisy, engineSigma: 1, tuning: { discounts: false } }],
  ["N  A2, no doubt", { nature: noisy, engineSigma: 1, tuning: { doubt: false } }],
  ["D0 drawn, 15 % missing", { nature: drawn }],
  ["D1 drawn from a world off by sigma 1", { nature: crooked }],
  ["D3 and 3 % wrong", { nature: { ...crooked, wrong: 0.03 } }],
];

const absent: readonly (readonly [string, Omit<Trial, "rounds" | "roll">])[] = [
  ["typical", { nature: plain }],
  ["A1", { nature: noisy }],
  ["A2", { nature: noisy, engineSigma: 1 }],
  ["drawn, 15 % missing", { nature: drawn }],
  ["D1", { nature: crooked }],
  ["typical, no doubt", { nature: plain, tuning: { doubt: false } }],
  ["drawn, no doubt", { nature: drawn, tuning: { doubt: false } }],
];

function row(name: string, outcomes: readonly Outcome[]): void {
  const numbers = [
    share(outcomes, ({ isTop }) => isTop),
    share(outcomes, ({ areInThree }) => areInThree),
    share(outcomes, ({ isExact }) => isExact),
    share(outcomes, ({ isScope }) => isScope),
    brier(outcomes),
  ].map((value) => value.toFixed(3));
  const seconds = outcomes.map(({ run }) => run.seconds).toSorted((a, b) => a - b);
  const at = (ratio: number): number => seconds[Math.floor(ratio * (seconds.length - 1))] ?? 0;
  const mean = (of: (outcome: Outcome) => number): string =>
    (outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length).toFixed(1);
  const rest = [`${at(0.5)}/${at(0.95)}`, mean(({ run }) => run.bundles), mean(({ run }) => run.cpuMs)];
  console.log([name, outcomes.length, ...numbers, ...rest].join("\t"));
}

/** Only from outside these are looked at, so that nobody could tell what is wrong inside. */
const outside = new Set(["host:web2", "host:host3", "service:neighbour", "service:other", "segment:seg2"]);

/** Any cause at what is looked into, `count` at once, by weight. */
function anyFaults(count: number, roll: Dice): readonly Fault[] {
  const stage = stageOf(catalogue, town);
  return Array.from({ length: 150 }, (_, index): Fault => {
    const causes = Array.from({ length: count }, () => anyCause(stage, roll));
    const distinct = causes.filter((cause, place) => causes.findIndex(({ id }) => id === cause.id) === place);
    return { id: `c${index}`, causes: distinct, scope: "none", withoutController: false };
  }).filter(({ causes }) => causes.length === count && causes.every(({ component }) => !outside.has(component ?? "")));
}

console.log("world\tn\ttop-1\ttop-3\texact\tscope\tBrier\ts p50/p95\tbundles\tCPU ms");
for (const [name, trial] of known) row(name, tryFaults(catalogue, { ...trial, rounds, roll: dice(21) }));
const roll = dice(22);
row(
  "C1 any single, sigma 1 (no scope)",
  tryFaults(catalogue, { nature: crooked, rounds, roll, of: anyFaults(1, roll) }),
);
row("C2 any two, sigma 1 (no scope)", tryFaults(catalogue, { nature: crooked, rounds, roll, of: anyFaults(2, roll) }));

console.log("\ncause left out\tn\tconfidently wrong\tadmits it\tunknown first\tscope");
for (const [name, trial] of absent) {
  const outcomes = tryFaults(catalogue, { ...trial, rounds, roll: dice(23), leavesOut: true });
  const numbers = [
    share(outcomes, isConfidentlyWrong),
    share(outcomes, admits),
    share(outcomes, ({ top }) => top.cause.id === "other-unknown"),
    share(outcomes, ({ isScope }) => isScope),
  ].map((value) => value.toFixed(3));
  console.log([name, outcomes.length, ...numbers].join("\t"));
}

const healthy = { ...drawn, missing: 0.1, wrong: 0.02 };
const engine = createEngine(catalogue, town);
const looks = allLooks(catalogue);
const accused = Array.from({ length: 30 * rounds }, (_, index) => {
  const seen = witness(stageOf(catalogue, town), [], { looks, nature: healthy, roll: dice(1_000 + index) });
  return runDiagnosis(engine, seen, { catalogue, looks }).judgement.causes[0]?.probability ?? 0;
});
const over = (bound: number): string =>
  (accused.filter((probability) => probability >= bound).length / accused.length).toFixed(3);
console.log(`\nhealthy, 2 % wrong: named with .7 or more ${over(0.7)}, .9 or more ${over(0.9)} of ${accused.length}`);
