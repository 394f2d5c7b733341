import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { minimalCuts } from "./cuts.ts";
import { createDraft, type Draft, type Mode } from "./draft.ts";
import { compile, derive, wire } from "./graph.ts";
import { bestHelp, type Candidate } from "./help.ts";
import { atOnce } from "./slices.ts";
import { solve } from "./solve.ts";
import { createTrials, verdictsOf } from "./verdicts.ts";

interface Shape {
  readonly gates: readonly ("or" | "and")[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly how: "sure" | "maybe" | "offered";
    readonly tag: number;
  }[];
}

const inner = 9;
const events = 6;

/** Nodes e0… are taken by one event each, n0… are gates with any edges between them: cycles, ANDs, unknowns. */
const shapes: fc.Arbitrary<Shape> = fc.record({
  gates: fc.array(fc.constantFrom("or" as const, "and" as const), { minLength: inner, maxLength: inner }),
  edges: fc.array(
    fc.record({
      from: fc.nat(events + inner),
      to: fc.nat(inner - 1),
      how: fc.constantFrom("sure" as const, "sure" as const, "maybe" as const, "maybe" as const, "offered" as const),
      tag: fc.nat(4),
    }),
    { minLength: 4, maxLength: 26 },
  ),
});

function draftOf({ gates, edges }: Shape): Draft {
  const draft = createDraft();
  for (let event = 0; event < events; event += 1) draft.node(`e${event}`);
  gates.forEach((gate, index) => draft.node(`n${index}`, gate));
  for (const { from, to, how, tag } of edges) {
    const name = from < events ? `e${from}` : from < events + inner ? `n${from - events}` : "FALSE";
    const [maybe, offered] = [how === "maybe", how === "offered"];
    draft.edge(name, `n${to}`, { maybe, offered, ...(how === "sure" ? {} : { tag: `t${tag}` }) });
  }
  return draft;
}

type Answers = ReadonlyMap<string, boolean>;

/** Written apart from the graph's own code: a node is lost when every way of keeping it is cut, asked again from the top. */
function isLost(
  draft: Draft,
  mode: Mode,
  given: { taken: ReadonlySet<number>; answers?: Answers },
): (node: number) => boolean {
  let lost = new Set<number>([0, ...given.taken]);
  const present = draft.edges.filter((edge) => {
    const answer = edge.tag === null ? undefined : given.answers?.get(edge.tag);
    if (answer !== undefined) return answer;
    if (edge.offered) return false;
    return !edge.maybe || (draft.gates[edge.to] === "and") === (mode === "opt");
  });
  for (;;) {
    const next = new Set(lost);
    draft.gates.forEach((gate, node) => {
      const from = present.filter((edge) => edge.to === node).map((edge) => edge.from);
      if (gate === "and" ? from.every((one) => lost.has(one)) : from.some((one) => lost.has(one))) next.add(node);
    });
    if (next.size === lost.size) return (node) => lost.has(node);
    lost = next;
  }
}

function subsets(count: number, most: number): readonly (readonly number[])[] {
  const all = Array.from({ length: 1 << count }, (_, bits) =>
    Array.from({ length: count }, (_unused, index) => index).filter((index) => ((bits >> index) & 1) === 1),
  );
  return all.filter((set) => set.length <= most).toSorted((a, b) => a.length - b.length);
}

const numberOf = (draft: Draft, name: string): number => draft.find(name) ?? -1;

test("every node is lost exactly when an independent evaluator says so, for all sets of up to three losses", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const draft = draftOf(shape);
      const sets = subsets(events, 3);
      for (const mode of ["pess", "opt"] as const) {
        const graph = wire(compile(draft), mode);
        const seeds = sets.map((set) => set.map((event) => numberOf(draft, `e${event}`)));
        const solved = solve(graph, seeds);
        sets.forEach((_, index) => {
          const expected = isLost(draft, mode, { taken: new Set(seeds[index]) });
          const because = derive(graph, seeds[index] ?? []);
          draft.names.forEach((name, node) => {
            assert.equal(solved.isLost(node, index), expected(node), `${mode} ${name}`);
            assert.equal(because[node] !== -1, expected(node), `${mode} ${name} derived`);
          });
        });
      }
    }),
    { numRuns: 200 },
  );
});

test("the minimal cut sets up to three are those that trying all sets finds", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const draft = draftOf(shape);
      const end = numberOf(draft, "n0");
      for (const mode of ["pess", "opt"] as const) {
        const losing = subsets(events, 3).filter((set) =>
          isLost(draft, mode, { taken: new Set(set.map((event) => numberOf(draft, `e${event}`))) })(end),
        );
        const minimal = losing.filter(
          (set) => !losing.some((one) => one.length < set.length && one.every((event) => set.includes(event))),
        );
        const seeds = Array.from({ length: events }, (_, event) => [numberOf(draft, `e${event}`)]);
        const cuts = atOnce(minimalCuts(wire(compile(draft), mode), seeds, { most: 3, ends: [end] }));
        const found = cuts.of(end).flatMap((set) => expanded(set.map((number) => cuts.classes[number]?.members ?? [])));
        assert.deepEqual(texts(found), texts(minimal));
      }
    }),
    { numRuns: 200 },
  );
});

/** Any one member of each class. */
function expanded(classes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return classes.reduce<readonly (readonly number[])[]>(
    (sets, members) => sets.flatMap((set) => members.map((member) => [...set, member])),
    [[]],
  );
}

function texts(sets: readonly (readonly number[])[]): readonly string[] {
  return sets.map((set) => set.toSorted((a, b) => a - b).join(" ")).sort();
}

test("the advised change is the best of all, and among equals the cheapest", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const draft = draftOf(shape);
      const ends = [numberOf(draft, "n0"), numberOf(draft, "n1")];
      const seeds = Array.from({ length: events }, (_, event) => [numberOf(draft, `e${event}`)]);
      const kinds = ["copy", "prove", "revoke"] as const;
      const candidates = ["t0", "t1", "t2", "t3", "t4"].flatMap((tag, index) =>
        [true, false].map((answer): Candidate => ({
          change: {
            kind: kinds[(index + Number(answer)) % 3] ?? "prove",
            of: `${tag} ${answer}`,
            at: null,
            fact: null,
          },
          answers: new Map([[tag, answer]]),
        })),
      );
      const weigh = (answers?: Answers): number => {
        let sum = 0;
        for (const [seed = 0] of seeds) {
          const taken = new Set([seed]);
          const given = answers === undefined ? { taken } : { taken, answers };
          const [opt, pess] = [isLost(draft, "opt", given), isLost(draft, "pess", given)];
          for (const end of ends) sum += opt(end) ? 1 : pess(end) ? 0.5 : 0;
        }
        return sum;
      };
      const gains = candidates.map(({ answers }) => weigh() - weigh(answers));
      const most = Math.max(...gains);
      const help = bestHelp({ graph: compile(draft), seeds, ends }, candidates);
      if (most <= 0) return assert.equal(help, null);
      const best = candidates.filter((_, index) => gains[index] === most);
      const order = ["prove", "revoke", "copy"];
      const cheapest = Math.min(...best.map(({ change }) => order.indexOf(change.kind)));
      assert.ok(best.some(({ change }) => change === help?.change));
      assert.equal(order.indexOf(help?.change.kind ?? ""), cheapest);
    }),
    { numRuns: 100 },
  );
});

const tags = ["t0", "t1", "t2", "t3", "t4"];
const someAnswers: fc.Arbitrary<Answers> = fc
  .array(fc.tuple(fc.constantFrom(...tags), fc.boolean()), { minLength: 1, maxLength: 3 })
  .map((pairs) => new Map(pairs));

test("what would be with some answers is what the whole graph says with them, and nothing of it stays", () => {
  fc.assert(
    fc.property(shapes, fc.array(someAnswers, { minLength: 1, maxLength: 4 }), (shape, tried) => {
      const draft = draftOf(shape);
      const ends = Array.from({ length: inner }, (_, index) => numberOf(draft, `n${index}`));
      const seeds = Array.from({ length: events }, (_, event) => [numberOf(draft, `e${event}`)]);
      for (const mode of ["pess", "opt"] as const) {
        const solved = solve(wire(compile(draft), mode), seeds);
        const before = solved.masks.slice();
        for (const answers of tried) {
          solved.supposing(answers, () => {
            seeds.forEach((seed, index) => {
              const expected = isLost(draft, mode, { taken: new Set(seed), answers });
              draft.names.forEach((name, node) => assert.equal(solved.isLost(node, index), expected(node), name));
            });
          });
          assert.deepEqual(solved.masks, before);
        }
      }
      const asked = { graph: compile(draft), seeds, ends };
      const trials = createTrials(asked);
      const now = verdictsOf(asked);
      for (const answers of tried) {
        const then = verdictsOf(asked, answers);
        const pairs = ends.flatMap((_, end) => seeds.map((_seed, event) => [end, event] as const));
        const decided = pairs.filter((pair) => now.fate(...pair) === "unknown" && then.fate(...pair) !== "unknown");
        const { touched: _, ...differences } = trials.differences(answers);
        assert.deepEqual(differences, {
          lost: then.lost - now.lost,
          unknown: then.unknown - now.unknown,
          decided: decided.length,
        });
      }
    }),
    { numRuns: 150 },
  );
});

test("a gate that nothing supports is lost from the beginning, and what is unknown is for us or against us", () => {
  const draft = createDraft();
  draft.node("key", "and");
  draft.edge("FALSE", "key", { maybe: true, tag: "key|shop" });
  const asked = { graph: compile(draft), seeds: [[]], ends: [numberOf(draft, "key")] };
  assert.equal(verdictsOf(asked).fate(0, 0), "unknown");
  assert.equal(verdictsOf(asked, new Map([["key|shop", true]])).fate(0, 0), "survives");
  assert.equal(verdictsOf(asked, new Map([["key|shop", false]])).fate(0, 0), "lost");
});
