import assert from "node:assert/strict";
import { test } from "node:test";
import { drillPlan, drillSite } from "../../../test/doubles/recover-drill-site.ts";
import { explainError } from "../../words/errors.ts";
import { refusalText, refusalCodesWithWords } from "../../words/recovery-drill.ts";
import type { Known, MachineFacts } from "./facts.ts";
import { refusalCodes, type Refusal } from "./refusal.ts";
import { copyInReach, credentialSafe, declaredSafe, machineSafe, roomSafe, type RoomFacts } from "./safety.ts";

const plan = drillPlan({ drill: { everyMs: null, host: "drill1", bootCheck: "shop" } });
const site = drillSite(plan);
const target = { name: "host:drill1", plan };

const drill1: MachineFacts = {
  name: "host:drill1",
  drillMarker: "Omni",
  isProduction: false,
  machineId: "d".repeat(32),
  hostKeys: ["SHA256:drill"],
  addresses: ["198.51.100.9"],
  macs: ["02:00:00:00:00:09"],
  names: ["drill1"],
  openPorts: [22],
  processes: ["sshd"],
  volumes: ["/dev/vda1"],
};
const web1: Known = {
  ...drill1,
  host: "web1",
  name: "host:web1",
  drillMarker: "",
  isProduction: true,
  machineId: "a".repeat(32),
  hostKeys: ["SHA256:web"],
  addresses: ["198.51.100.1"],
  macs: ["02:00:00:00:00:01"],
  names: ["web1"],
  volumes: ["/dev/vda1", "nas:/export/shop"],
};

function look(facts: Partial<MachineFacts>, known: readonly Known[] = [web1]): readonly string[] {
  const resolved = new Map([["www.example.jp", ["198.51.100.1"]]]);
  return machineSafe({ site, siteId: "Omni", target, known, resolved }, { ...drill1, ...facts }).map(told);
}
const told = ({ code, unknown }: Refusal): string => (unknown ? `${code}?` : code);

test("a machine that proves to be for drills may be used", () => {
  assert.deepEqual(declaredSafe(site, target), []);
  assert.deepEqual(look({}), []);
});

const variants: readonly (readonly [string, () => readonly string[], string])[] = [
  [
    "the file does not say that it is for drills",
    () => declaredSafe(drillSite(plan, { role: "none" }), target).map(told),
    "not-declared",
  ],
  ["it carries the mark of production", () => look({ isProduction: true }), "production-marker"],
  ["it carries no mark of drills", () => look({ drillMarker: "" }), "no-drill-marker"],
  ["its mark is another site's", () => look({ drillMarker: "Someone else" }), "foreign-drill-marker"],
  ["its machine-id is a known host's", () => look({ machineId: "a".repeat(32) }), "same-machine"],
  ["its host key is a known host's", () => look({ hostKeys: ["SHA256:drill", "SHA256:web"] }), "same-host-key"],
  [
    "it has an address of a known host",
    () => look({ addresses: ["198.51.100.2"] }, [{ ...web1, addresses: ["198.51.100.2"] }]),
    "same-address",
  ],
  [
    "a name of production leads to it by DNS",
    () => look({ addresses: ["198.51.100.1"] }, [{ ...web1, addresses: [] }]),
    "named",
  ],
  ["a name of production leads to it", () => look({ names: ["drill1", "www.example.jp"] }), "named"],
  ["it runs the plan's service", () => look({ processes: ["sshd", "postgres"] }), "in-service"],
];
for (const [title, seen, code] of variants)
  test(`refused when ${title}`, () => {
    assert.deepEqual(seen(), [code]);
  });

test("also by its MAC address, by a key the file pins, by an open port and by a production volume", () => {
  assert.deepEqual(look({ macs: ["02:00:00:00:00:01"] }), ["same-address"]);
  assert.deepEqual(look({ hostKeys: ["SHA256:pinned-web1"] }), ["same-host-key"]);
  assert.deepEqual(look({ openPorts: [22, 443] }), ["in-service"]);
  assert.deepEqual(look({ volumes: ["nas:/export/shop"] }), ["in-service"]);
});

test("the plan's own source and a host that serves are never targets", () => {
  assert.deepEqual(
    declaredSafe(site, { name: "host:web1", plan }).map(({ seen }) => seen),
    ["backups.shop-data.of.host", "services.shop.on", "backups.shop-data.drill.restore_to.host", "hosts.web1.role"],
  );
  const serving = drillSite(plan, { role: "drill", serviceOn: "drill1" });
  assert.deepEqual(declaredSafe(serving, target).map(told), ["not-declared"]);
});

test("what cannot be told is refused, never passed", () => {
  const nothing: Partial<MachineFacts> = { drillMarker: null, isProduction: null, machineId: null, hostKeys: null };
  assert.deepEqual(look({ ...nothing, addresses: null, macs: null, names: null, openPorts: null }), [
    "production-marker?",
    "no-drill-marker?",
    "same-machine?",
    "same-host-key?",
    "same-address?",
    "same-address?",
    "named?",
    "in-service?",
  ]);
  assert.ok(look({}, []).includes("same-machine?"), "nothing is known of the source");
});

test("a copy in a folder of its own host cannot be rehearsed on another machine", () => {
  assert.deepEqual(copyInReach("/srv/backup", target, "here").map(told), ["copy-out-of-reach"]);
  assert.deepEqual(copyInReach("rest:https://office.example.jp/", target, "office"), []);
  assert.deepEqual(copyInReach("/srv/backup", { name: "localhost", plan }, "here"), []);
});

test("every reason that holds is told, not only the first", () => {
  const facts = { isProduction: true, drillMarker: "", processes: ["postgres"], openPorts: [22, 443, 5432] };
  assert.deepEqual(look({ ...facts, machineId: "a".repeat(32) }), [
    "production-marker",
    "no-drill-marker",
    "same-machine",
    "in-service",
    "in-service",
    "in-service",
  ]);
  const reasons = [
    { code: "production-marker", unknown: false, seen: "/etc/koboshi-production" },
    { code: "no-drill-marker", unknown: false, seen: "/etc/koboshi-drill" },
  ];
  const { message, fix } = explainError(
    "KB8401",
    { target: "host:drill1", count: 2, reasons: JSON.stringify(reasons) },
    "en",
  );
  assert.match(message, /2 reasons: \(1\) .*koboshi-production.*\(2\) .*koboshi-drill/);
  assert.match(fix, /\(1\) .*\(2\) /);
});

const closed: RoomFacts = {
  egressClosed: true,
  mailClosed: true,
  namesReachable: [],
  cronMasked: true,
  clockOffsetMs: 200,
  claim: "d1",
};

const room = (facts: Partial<RoomFacts>): readonly string[] => roomSafe({ ...closed, ...facts }, "d1").map(told);

test("the room must be closed in every way before the first byte", () => {
  assert.deepEqual(room({}), []);
  assert.deepEqual(room({ egressClosed: false }), ["egress-open"]);
  assert.deepEqual(room({ mailClosed: false }), ["mail-open"]);
  assert.deepEqual(room({ namesReachable: ["www.example.jp"] }), ["names-reachable"]);
  assert.deepEqual(room({ cronMasked: false }), ["cron-live"]);
  assert.deepEqual(room({ clockOffsetMs: 3 * 3_600_000 }), ["clock-wrong"]);
  assert.deepEqual(room({ claim: "d2" }), ["not-claimed"]);
  assert.deepEqual(room({ egressClosed: null, namesReachable: null }), ["egress-open?", "names-reachable?"]);
});

test("a credential that can write is refused, and one of which it is not known", () => {
  assert.deepEqual(credentialSafe(false, "office").map(told), []);
  assert.deepEqual(credentialSafe(true, "office").map(told), ["writable-credential"]);
  assert.deepEqual(credentialSafe(null, "office").map(told), ["writable-credential?"]);
});

test("every refusal has its words in both languages", () => {
  assert.deepEqual([...refusalCodesWithWords].sort(), [...refusalCodes].sort());
  for (const code of refusalCodes)
    for (const lang of ["ja", "en"] as const)
      for (const unknown of [true, false]) {
        const { message, fix } = refusalText({ code, unknown, seen: "x" }, { lang, target: "host:drill1" });
        assert.ok(message.length > 5 && fix.length > 5, `${code} ${lang}`);
      }
});
