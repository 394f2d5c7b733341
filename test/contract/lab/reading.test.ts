import assert from "node:assert/strict";
import { test } from "node:test";
import { readScenario, readScenarios, remarkLine, unknownVariables } from "../../../lab/reading.ts";

const whole = `id: disk-full-mail
story: { ja: メールの領域が満杯になった, en: the mail spool is full }
given: []
inject: [ { on: web1, run: "fallocate -l 90M $MAIL_SPOOL/.fill" } ]
load: normal
settle: 60s
expect: { causes: [disk-full@host:web1], scope: host, page: 1 }
restore: [ { on: web1, run: "rm $MAIL_SPOOL/.fill" } ]
`;

function told(text: string): string[] {
  return readScenario("x.yaml", text).remarks.map(remarkLine);
}

test("the contract's own example is read as it stands", () => {
  const { scenario, remarks } = readScenario("x.yaml", whole);
  assert.deepEqual(remarks, []);
  assert.equal(scenario?.base.settleMs, 60_000);
  assert.deepEqual(scenario?.base.expect, {
    causes: [{ id: "disk-full", kind: "host", name: "web1" }],
    scope: ["host"],
    reach: null,
    page: 1,
  });
});

test("what is left out has the contract's defaults, and a scope may be a list", () => {
  const { scenario } = readScenario(
    "x.yaml",
    "id: quiet\nstory: { ja: 何もない, en: nothing }\ninject: []\nexpect: { causes: [], scope: [host, service] }\n",
  );
  assert.equal(scenario?.base.load, "normal");
  assert.equal(scenario?.base.settleMs, 60_000);
  assert.deepEqual(scenario?.base.expect.scope, ["host", "service"]);
  assert.equal(scenario?.base.expect.page, null);
});

test("one clear sentence with file and line says what is wrong", () => {
  assert.match(
    told(whole.replace('on: web1, run: "fall', 'on: web9, run: "fall'))[0] ?? "",
    /^x\.yaml:4: inject\[0\]\.on: "web9" is no host of this lab; there are .*web1/,
  );
  assert.match(
    told(whole.replace("scope: host", "scope: galaxy"))[0] ?? "",
    /^x\.yaml:7: expect\.scope: not a scope; there are .*segment/,
  );
  assert.match(
    told(whole.replace("host:web1", "host:web7"))[0] ?? "",
    /^x\.yaml:7: expect\.causes\[0\]: there is no host "web7"/,
  );
  assert.match(told(whole.replace("@host:web1", "@planet"))[0] ?? "", /"planet" is no kind of thing here/);
  assert.match(told(whole.replace("settle: 60s", "settle: 60"))[0] ?? "", /^x\.yaml:6: settle: /);
  assert.match(told(whole.replace("load: normal", "lode: normal"))[0] ?? "", /^x\.yaml:5: unknown "lode"/);
  assert.match(
    told(whole.replace("load: normal", "load: heavy"))[0] ?? "",
    /^x\.yaml:5: load: not one of idle, normal, busy/,
  );
  assert.match(
    told(whole.replace('$MAIL_SPOOL/.fill" } ]\nload', '$LAB_BREAK" } ]\nload'))[0] ?? "",
    /^x\.yaml:4: inject\[0\]\.run: there is no \$LAB_BREAK/,
  );
  assert.match(told("id: [\n")[0] ?? "", /^x\.yaml:\d+: not YAML/);
});

test("a variable that nothing sets is a doubt and does not keep the scenario from being played", () => {
  const { scenario, remarks } = readScenario(
    "x.yaml",
    whole.replace('$MAIL_SPOOL/.fill" } ]\nload', '$NOWHERE/.fill" } ]\nload'),
  );
  assert.equal(remarks[0]?.weight, "doubt");
  assert.notEqual(scenario, null);
});

test("what a script sets itself, awk's fields and escaped dollars are not unknown variables", () => {
  assert.deepEqual(unknownVariables("N=3; for HOST in a b; do echo $HOST $N; done"), []);
  assert.deepEqual(unknownVariables("read -r LINE < f; echo ${LINE#x}"), []);
  assert.deepEqual(unknownVariables("awk '{print $NF}' \\$HERE $APP_PID"), []);
  assert.deepEqual(unknownVariables("echo $ELSE"), ["ELSE"]);
});

test("every scenario that is shipped can be read, has its own id and tells its story in both languages", () => {
  const { scenarios, remarks } = readScenarios("lab/scenarios");
  assert.deepEqual(remarks.map(remarkLine), []);
  assert.ok(scenarios.length >= 72, `${scenarios.length} scenarios`);
  for (const { base } of scenarios) assert.match(base.story.ja, /[ぁ-んァ-ヶ一-龠]/, base.id);
  for (let number = 1; number <= 60; number++) {
    const prefix = `f${String(number).padStart(2, "0")}-`;
    assert.equal(scenarios.filter(({ base }) => base.id.startsWith(prefix)).length, 1, prefix);
  }
});
