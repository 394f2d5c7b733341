import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { test } from "node:test";
import { causeLayerNames } from "../../words/diagnosis-catalogue.ts";
import { repairActions } from "../actions/actions.ts";
import { evidenceKinds } from "../evidence/index.ts";
import type { Cause, Likelihood } from "../model.ts";
import { forbiddenIn } from "./first-action.ts";
import { loadCatalogue } from "./load.ts";
import { causeLayers } from "./schema.ts";
import { packShipped, readShipped, shippedText } from "./shipped.ts";

interface Specified {
  readonly layer: string;
  readonly at: string;
  readonly weight: number;
  readonly lines: number;
  readonly states: number;
  readonly sum: number;
  readonly hash: string;
  readonly brings?: Readonly<Record<string, number>>;
}

const specified = JSON.parse(fs.readFileSync("test/fixtures/diagnosis/specified-causes.json", "utf8")) as Readonly<
  Record<string, Specified>
>;

const loaded = loadCatalogue({ evidence: evidenceKinds, userFolder: null });
const causes: ReadonlyMap<string, Cause> = loaded.ok ? loaded.value.causes : new Map();
const all = [...causes.values()];

const marks = { own: "", dependents: "^", behind: "~", needs: "@", any: "*" } as const;

function written({ evidence, relation, states }: Likelihood): string {
  const chances = Object.entries(states).map(([state, chance]) => `${state}=${chance}`);
  return `${marks[relation]}${evidence} ${chances.toSorted().join(" ")}`;
}

/** What the specification leaves to a rule: a cause that stops a service for its users is reported by some of them. */
const byDefault = "*vp.user many=0.5 one=0.1";

function figures(cause: Cause, { brings }: Specified): Specified {
  const lines = cause.likelihoods.map(written).filter((line) => line !== byDefault);
  const states = lines.flatMap((line) => line.split(" ").slice(1));
  const sum = states.reduce((total, state) => total + Number(state.split("=")[1]), 0);
  return {
    layer: cause.layer,
    at: cause.at,
    weight: cause.weight,
    lines: lines.length,
    states: states.length,
    sum: Math.round(sum * 1000) / 1000,
    hash: createHash("sha256").update(lines.toSorted().join("\n")).digest("hex").slice(0, 16),
    ...(brings === undefined && Object.keys(cause.brings).length === 0 ? {} : { brings: cause.brings }),
  };
}

test("every shipped cause loads, uses evidence there is, and leaves none unused", () => {
  assert.deepEqual(loaded.ok ? [] : loaded.error, []);
  assert.equal(causes.size, 50);
});

const silentHost =
  "a way is lost just before a host that is silent itself, and a database on it does not answer any more than its ports do";

const pastPatience = "what is slower than a check waits for is told as no answer";
const throughTheServer = "pages of programs behind a web server are reached through it, and fail as its own do";

const starved =
  "whatever gets no processor time is late: a database's answers, the kernel's own to new connections, and requests that hold their workers";
const slowLogin = "a login takes processor time a dozen times over and is given up after some seconds";
const lateReplies = "a queue makes echo replies late before it loses any";
const silentTls =
  "the kernel takes a connection in where the program has no time for the handshake, and lets others wait at its door";
const notDone = "what fails, is refused or led elsewhere is not completed, and the server's own log tells how much is";
const sameInside = "the page that fails from outside fails for its own machine as well";
const fullServer =
  "a full server writes down no more than it serves, and what comes to it goes on to the programs behind";
/** Figures that are ours, and why. */
const ours: Readonly<Record<string, string>> = {
  "os-hang-or-panic": `a kernel whose programs stand still answers pings and takes connections in; ${silentHost}; ${silentTls}`,
  "service-crash": "many programs are seen only through a web server, which answers 502 or 503 in their stead",
  "db-crash-or-corruption": "a database that is down refuses at its port, as any program does",
  "hardware-failure": silentHost,
  "firewall-block": silentHost,
  "host-network-misconfig": silentHost,
  "site-power-or-disaster": silentHost,
  "segment-device-failure": silentHost,
  "provider-outage": silentHost,
  "restored-data-inconsistent": sameInside,
  "provider-maintenance": "what is switched off for the work falls silent as in an outage",
  "intrusion-or-defacement": "an intruder changes what is served, and the files that say who may come in",
  "clock-drift": `a mail server waits until a clock that went back has caught up (Dovecot: «Time moved backwards»); ${silentTls}`,
  "cron-missed": "often it is the scheduler itself that does not run",
  "backup-lost-or-stale": "a backup that only fails leaves the copies from before where they are",
  "os-limit-exhaustion": `most limits are of one user or program, and others go on; a database says so when it may not start a process; ${silentTls}; ${sameInside}`,
  "db-slow": pastPatience,
  "db-connection-exhaustion": pastPatience,
  "disk-io-saturation": `${pastPatience}; ${silentTls}; requests that wait for the disk hold their workers`,
  "external-dependency-failure": `${pastPatience}; ${sameInside}`,
  "noisy-neighbor": `${pastPatience}; ${slowLogin}; ${silentTls}; ${starved}`,
  "bandwidth-saturation": `${pastPatience}; ${lateReplies}; ${silentTls}`,
  "network-latency-loss": `${lateReplies}; ${silentTls}; of two pings both may be lost, and of several looks the worst counts`,
  "isp-path-outage": lateReplies,
  "cpu-saturation": `${pastPatience}; ${slowLogin}; ${silentTls}; ${starved}`,
  "worker-pool-exhaustion": `${pastPatience}; whoever waits in the queue is served late, not never; ${silentTls}`,
  "slow-endpoint": `${pastPatience}; the page that is slow may be the one that is checked, and each visitor holds a worker`,
  "traffic-surge": `${pastPatience}; ${throughTheServer}; ${silentTls}; ${fullServer}`,
  "attack-flood": `${throughTheServer}; ${lateReplies}; ${silentTls}; ${fullServer}; one flood takes the line, another the processor, a third only the workers`,
  "proxy-timeout-too-small": `${throughTheServer}; only pages that need longer than the limit are cut, and they hold their workers up to it`,
  "account-suspended":
    "often one contract of several is suspended, or the pages alone while the machine is still to be reached",
  "service-hang": silentTls,
  "memory-exhaustion": `${silentTls}; once the kernel has ended a program the others go on, before that hardly anyone is answered, and many rented machines have no swap`,
  "mail-flood": `${silentTls}; a mail server that limits itself is flooded while its machine has little to do`,
  "dns-record-wrong": "the machine that a wrong address leads to may have nothing at that port",
  "config-change-error": notDone,
  "update-regression": notDone,
  "service-not-started": notDone,
  "disk-full": `${notDone}; ${sameInside}`,
  "disk-failure": `${notDone}; ${sameInside}; many drives fail without a word of SMART, and one of several is not every service's`,
  "data-deleted": `${notDone}; ${sameInside}`,
  "hardware-degraded": notDone,
  "tls-cert-invalid": notDone,
  "dns-server-failure": notDone,
  "domain-expired": notDone,
  "mailbox-quota-full":
    "a mailbox over its limit and a disk without room write different lines (RFC 3463: X.2.2 and X.3.1)",
};

test("every figure of the specification is in its file, but for those changed for a reason", () => {
  const compared = Object.fromEntries(Object.entries(specified).filter(([id]) => ours[id] === undefined));
  const found = Object.fromEntries(
    Object.entries(compared).map(([id, expected]) => {
      const cause = causes.get(id);
      return [id, cause === undefined ? null : figures(cause, expected)];
    }),
  );
  assert.deepEqual(found, compared);
  assert.deepEqual([...causes.keys()].toSorted(), Object.keys(specified).toSorted());
});

test("causes that users cannot notice, and no others, say nothing of users' reports", () => {
  const silent = all.filter(({ likelihoods }) => !likelihoods.some(({ evidence }) => evidence === "vp.user"));
  assert.deepEqual(
    silent.map(({ id }) => id),
    [
      "backup-lost-or-stale",
      "clock-drift",
      "cron-missed",
      "hardware-degraded",
      "intrusion-or-defacement",
      "monitor-fault",
    ],
  );
  assert.equal(all.filter(({ likelihoods }) => likelihoods.map(written).includes(byDefault)).length, 30);
});

test("each file is named after its cause", () => {
  for (const { id } of all) assert.match(shippedText(id), new RegExp(`^id: ${id}\n`), id);
});

test("every text is a full sentence of its own language, and nothing is advised that loses evidence", () => {
  for (const { id, title, action, notYet, fix, prevention } of all) {
    for (const [name, { ja, en }] of Object.entries({ action, notYet, fix, prevention })) {
      assert.match(ja, /[\u3041-\u3093][^]*(?:。|[)）]。?)$/, `${id}.${name}`);
      assert.match(en, /^[A-Z"][^\u3041-\u3093]*\.$/, `${id}.${name}`);
    }
    assert.ok(title.ja.length <= 40 && title.en.length <= 90, `${id}.title`);
    assert.equal(forbiddenIn(action.ja) ?? forbiddenIn(action.en), null, id);
  }
});

test("every cause can be mended, and every repair mends something", () => {
  for (const { id, mendedBy } of all) assert.ok(Object.keys(mendedBy).length > 0, id);
  const used = new Set(all.flatMap(({ mendedBy }) => Object.keys(mendedBy)));
  assert.deepEqual(
    [...repairActions.keys()].filter((id) => !used.has(id)),
    [],
  );
  const fenced = [...repairActions.values()].flatMap(({ forbiddenWhen }) =>
    forbiddenWhen.flatMap((when) => when.causes),
  );
  assert.deepEqual(
    fenced.filter((id) => !causes.has(id)),
    [],
  );
});

test("what restarts or writes over is fenced off while data may be at stake", () => {
  for (const id of ["restart-service", "reboot", "free-space"]) {
    const when = repairActions.get(id)?.forbiddenWhen[0];
    assert.deepEqual(when, { causes: ["disk-failure", "data-deleted", "intrusion-or-defacement"], atLeast: 0.1 }, id);
  }
});

test("every layer has its name in both languages", () => {
  assert.deepEqual(Object.keys(causeLayerNames), [...causeLayers]);
});

test("the packed causes are those of the files", () => {
  const packed = JSON.parse(packShipped(evidenceKinds)) as unknown;
  assert.deepEqual(
    packed,
    readShipped(evidenceKinds).map(({ reading }) => reading.cause),
  );
});

test("the version follows the content", () => {
  const again = loadCatalogue({ evidence: evidenceKinds, userFolder: null });
  assert.ok(loaded.ok && again.ok);
  assert.equal(again.value.version, loaded.value.version);
  assert.match(again.value.version, /^[0-9a-f]{64}$/);
  const [first] = evidenceKinds.values();
  assert.ok(first !== undefined);
  const changed = new Map(evidenceKinds).set(first.id, { ...first, leak: first.leak.map((chance) => chance / 2) });
  const other = loadCatalogue({ evidence: changed, userFolder: null });
  assert.ok(other.ok);
  assert.notEqual(other.value.version, loaded.value.version);
});
