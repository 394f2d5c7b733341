import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { specifiedCatalogue, withoutCause } from "../../../test/doubles/diagnosis-catalogue.ts";
import { seenAs } from "../../../test/doubles/diagnosis-seen.ts";
import { allLooks, offersOf, partGraph, town } from "../../../test/doubles/diagnosis-town.ts";
import type { Seen } from "../../kernel/model/diagnosis.ts";
import { createEngine } from "./engine.ts";

const catalogue = specifiedCatalogue();
const engine = createEngine(catalogue, town);

const at = (atMs: number): Partial<Seen> => ({ at: { atMs, monotonicMs: atMs, bootId: "b" } });
const everywhere = ["pc1", "office", "va", "vb"];
const from = (sighting: string): Seen[] => everywhere.map((vantage) => seenAs(`${sighting} ${vantage}`));
const crashed = [
  ...from("vp.mail service:mail refused"),
  ...from("vp.icmp host:web1 ok"),
  ...from("vp.self vantage:va ok"),
  seenAs("hs.ssh host:web1 ok"),
  seenAs("hs.proc service:mail dead"),
  seenAs("hs.disk host:web1 ok"),
  seenAs("hs.boot host:web1 same"),
];

test("a dead daemon on a machine that is fine otherwise", () => {
  const judgement = engine.judge(crashed);
  assert.deepEqual(judgement.explanations[0]?.causes, [{ id: "service-crash", component: "service:mail" }]);
  assert.ok((judgement.causes[0]?.probability ?? 0) > 0.7);
  assert.equal(judgement.parts[0]?.part, "service:mail");
  assert.deepEqual(judgement.unexplained, []);
});

test("nothing seen, nothing believed beyond what is believed beforehand", () => {
  const judgement = engine.judge([]);
  assert.ok((judgement.causes[0]?.probability ?? 1) < 0.1);
  assert.deepEqual(engine.weigh(judgement, []).ruledOut, []);
  assert.equal(engine.scopeOf(judgement, []), null);
});

test("all normal: most likely nothing is broken, and nobody is hit", () => {
  const looks = allLooks(catalogue);
  const seen = looks.map((look) =>
    seenAs("", { ...look, state: catalogue.evidence.get(look.evidence)?.states[0] ?? "" }),
  );
  const judgement = engine.judge(seen);
  assert.deepEqual(judgement.explanations[0]?.causes, []);
  assert.equal(engine.scopeOf(judgement, seen)?.id, "none");
  assert.deepEqual(engine.repair(judgement), []);
});

test("what masks and what is masked: with the machine off, a silent service is no sign of its own fault", () => {
  const seen = [
    ...from("vp.icmp host:web1 down"),
    ...from("vp.mail service:mail timeout"),
    ...from("vp.http service:web none"),
    ...from("vp.icmp host:web2 ok"),
    seenAs("hs.ssh host:web1 timeout"),
    seenAs("bm.power host:web1 off"),
    seenAs("bm.sel host:web1 crit"),
  ];
  const judgement = engine.judge(seen);
  assert.equal(judgement.causes[0]?.cause.id, "hardware-failure");
  const crash = judgement.causes.find(
    ({ cause }) => cause.id === "service-crash" && cause.component === "service:mail",
  );
  assert.ok((crash?.probability ?? 0) < 0.02);
  assert.equal(engine.scopeOf(judgement, seen)?.id, "host");
  assert.equal(engine.scopeOf(judgement, seen)?.reach, "everyone");
});

test("two faults at once are told as two, and the one that hits more users gives the scope", () => {
  const seen = [
    ...["pc1", "office"].flatMap((vantage) => [
      seenAs(`vp.self vantage:${vantage} down ${vantage}`),
      seenAs(`vp.icmp host:web1 down ${vantage}`),
      seenAs(`vp.http service:web none ${vantage}`),
      seenAs(`vp.mail service:mail timeout ${vantage}`),
    ]),
    ...["va", "vb"].flatMap((vantage) => [
      seenAs(`vp.self vantage:${vantage} ok ${vantage}`),
      seenAs(`vp.icmp host:web1 ok ${vantage}`),
      seenAs(`vp.http service:web ok ${vantage}`),
      seenAs(`vp.mail service:mail refused ${vantage}`),
    ]),
    seenAs("hs.proc service:mail dead"),
  ];
  const judgement = engine.judge(seen);
  assert.deepEqual(judgement.explanations[0]?.causes.map(({ id }) => id).toSorted(), [
    "client-lan-down",
    "service-crash",
  ]);
  assert.equal(engine.scopeOf(judgement, seen)?.id, "service");
});

test("a cause the catalogue lacks is said to be unknown at its part", () => {
  const lean = createEngine(withoutCause(withoutCause(catalogue, "service-crash"), "service-not-started"), town);
  const judgement = lean.judge([
    ...crashed,
    seenAs("ap.econf service:mail no"),
    seenAs("ch.conf service:mail no"),
    seenAs("ch.dep service:mail no"),
  ]);
  const [first] = judgement.causes;
  assert.ok(first?.cause.id === "other-unknown" || (first?.probability ?? 1) < 0.5, JSON.stringify(first));
});

test("evidence in any order, or told twice, gives the same answer to the last digit", () => {
  const doubled = [...crashed, ...crashed.slice(0, 5)];
  const plain = JSON.stringify(engine.judge(crashed).causes);
  fc.assert(
    fc.property(fc.shuffledSubarray(doubled, { minLength: doubled.length }), (shuffled) => {
      assert.equal(JSON.stringify(engine.judge(shuffled).causes), plain);
    }),
    { numRuns: 10 },
  );
});

test("a worse reading of the window still counts after a better one came; one of long ago does not", () => {
  const worse = seenAs("hs.oom host:web1 yes", at(0));
  const inWindow = engine.judge([worse, seenAs("hs.oom host:web1 no", at(600_000))]);
  const longAgo = engine.judge([worse, seenAs("hs.oom host:web1 no", at(3_600_000))]);
  const memory = (judgement: typeof inWindow): number =>
    judgement.causes.find(({ cause }) => cause.id === "memory-exhaustion")?.probability ?? 0;
  assert.ok(memory(inWindow) > 4 * memory(longAgo));
});

test("words the catalogue does not have, and parts the graph does not have, change nothing", () => {
  const strange = [
    seenAs("no.such host:web1 down"),
    seenAs("hs.cpu host:web1 melted"),
    seenAs("hs.cpu host:nowhere ok"),
  ];
  assert.deepEqual(engine.judge([...crashed, ...strange]).explanations[0], engine.judge(crashed).explanations[0]);
});

test("probabilities are probabilities, whatever is seen", () => {
  const looks = allLooks(catalogue);
  const anything = fc
    .shuffledSubarray([...looks], { maxLength: 25 })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((look) =>
          fc
            .constantFrom(...(catalogue.evidence.get(look.evidence)?.states ?? []))
            .map((state) => seenAs("", { ...look, state })),
        ),
      ),
    );
  fc.assert(
    fc.property(anything, (seen) => {
      const judgement = engine.judge(seen);
      for (const { probability } of [...judgement.causes, ...judgement.explanations, ...judgement.parts])
        assert.ok(probability >= 0 && probability <= 1 + 1e-9);
      const sum = judgement.explanations.reduce((total, { probability }) => total + probability, 0);
      assert.ok(sum <= 1 + 1e-9);
      engine.weigh(judgement, seen);
      engine.repair(judgement);
      engine.scopeOf(judgement, seen);
    }),
    { numRuns: 40 },
  );
});

test("parts that need each other in a circle are judged like any others", () => {
  const circle = partGraph([
    ["host:web1", "host"],
    ["service:a", "web", "host:web1 service:b"],
    ["service:b", "app", "host:web1 service:a"],
  ]);
  const judgement = createEngine(catalogue, circle).judge([
    seenAs("hs.proc service:b dead"),
    seenAs("vp.http service:a c502 x"),
    seenAs("ap.eref service:a many"),
  ]);
  assert.equal(judgement.explanations[0]?.causes[0]?.component, "service:b");
});

test("the next question is the one that tells most a second, and what was asked already tells nothing", () => {
  const seen = [...from("vp.http service:web c502"), seenAs("ap.etime service:web many")];
  const judgement = engine.judge(seen);
  const offers = offersOf(catalogue, allLooks(catalogue));
  const ranked = engine.next(judgement, seen, offers);
  assert.deepEqual(
    ranked.map(({ score }) => score),
    ranked.map(({ score }) => score).toSorted((a, b) => b - a),
  );
  assert.ok(
    (ranked.find(({ offer }) => offer.bundle === "db")?.bits ?? 0) >
      (ranked.find(({ offer }) => offer.bundle === "bmc")?.bits ?? 9),
  );
  const again = { bundle: "log" as const, target: null, tells: [seen.at(-1) ?? seenAs("")], expectedSeconds: 1 };
  assert.equal(engine.next(judgement, seen, [again])[0]?.bits, 0);
});

test("it does not stop on what nothing explains, unless nothing is left to ask", () => {
  const seen = [
    ...crashed,
    seenAs("hs.smart host:web1 failed"),
    seenAs("bm.health host:web1 crit"),
    seenAs("hs.clk host:web2 bad"),
  ];
  const judgement = engine.judge(seen);
  assert.notDeepEqual(judgement.unexplained, []);
  const offers = offersOf(catalogue, allLooks(catalogue));
  assert.notEqual(engine.stop(judgement, seen, offers), "sure");
  assert.equal(engine.stop(judgement, seen, []), "exhausted");
});

test("a program that was ended is no answer while the machine that may have ended it was not looked into", () => {
  const seen = [
    ...crashed.filter(({ evidence }) => evidence !== "hs.disk"),
    ...from("vp.tcp service:mail refused"),
    ...["service:mail", "service:web"].map((one) => seenAs(`ch.conf ${one} no`)),
    ...["service:mail", "service:web"].map((one) => seenAs(`ch.dep ${one} no`)),
  ];
  const judgement = engine.judge(seen);
  const tells = ["hs.mem", "hs.disk"].map((evidence) => ({ evidence, target: "host:web1" as const, vantage: null }));
  const look = { bundle: "ssh" as const, target: "host:web1" as const, tells, expectedSeconds: 3 };
  const other = { ...look, tells: [{ evidence: "hs.nic", target: "host:web1" as const, vantage: null }] };
  assert.deepEqual(
    [[look], [other]].map((offers) => engine.stop(judgement, seen, offers) === "sure"),
    [false, true],
    String(judgement.causes[0]?.probability),
  );
});

test("what speaks for the cause, what set the rivals aside, and by which evidence", () => {
  const judgement = engine.judge(crashed);
  const { causes, ruledOut } = engine.weigh(judgement, crashed);
  assert.equal(causes[0]?.for[0]?.seen.evidence, "hs.proc");
  assert.ok((causes[0]?.for[0]?.weight ?? 0) > 0.5);
  assert.equal(ruledOut.length, 2);
  for (const { by } of ruledOut) assert.ok(by.weight < -Math.log10(3));
});
