import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { RestoreRun } from "../../src/kernel/model/recovery.ts";
import { freePort, startHub, until, type HubProcess } from "../doubles/hub-process.ts";
import { fillFolders, sumOf } from "./recover-restore-fixture.ts";

const run = promisify(execFile);
let folder: string;
let source: string;
/** comes after the other, which is larger */
let later: string;
let port: number;
let hub: HubProcess;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hub-killed-"));
  source = path.join(folder, "srv");
  fillFolders(source, 1, 6_000_000);
  later = path.join(folder, "srv-later");
  fillFolders(later, 1, 5_000_000);
  execFileSync("sqlite3", [path.join(folder, "app.db")], {
    input: "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1);",
  });
  fs.writeFileSync(path.join(folder, "password"), "correct horse", { mode: 0o600 });
  port = await freePort();
  hub = await start();
});
after(async () => {
  await hub.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The second place begins four seconds after the first has ended, as far as anybody sees. */
function start(): Promise<HubProcess> {
  const of = JSON.stringify({
    host: "web1",
    paths: [source, later],
    databases: [{ sqlite: path.join(folder, "app.db") }],
  });
  const to = ["office", "cloud"].map((at) => {
    const repo = path.join(folder, at);
    return `{ at: ${at}, repo: "${repo}", reader: "${repo}" }`;
  });
  const config = `version: 1
site: { name: Omni }
people: { me: you@example.jp }
places: { office: { provider: own }, cloud: { provider: own } }
hosts: { web1: { address: 127.0.0.1 } }
services: { shop: { on: web1 } }
backups:
  killed-data:
    of: ${of}
    with: restic
    password: "\${file:${path.join(folder, "password")}}"
    to: [${to.join(", ")}]
    limits: { down: 8Mbit }
    hooks: { before: "test ! -e ${folder}/cloud-next || sleep 4", after: "touch ${folder}/cloud-next" }
`;
  // this machine with the mark of one for drills, as nobody but the hub sees it
  const etc = path.join(folder, "etc");
  const mounts = `[ -d ${etc} ] || cp -a /etc ${etc}; echo Omni >${etc}/koboshi-drill; mount --bind ${etc} /etc`;
  return startHub({ folder, config, port, timeServers: [], mounts });
}

const runOf = (id: string): Promise<RestoreRun> => hub.get(`/api/v1/drills/${id}`);
interface Told {
  readonly data: { readonly state: string; readonly plan: string; readonly trouble: { readonly code: string } | null };
}
/** The first event of the kind that the hub tells of. */
async function told(kind: string): Promise<Told["data"]> {
  const over = new AbortController();
  const answer = await fetch(`${hub.url}/api/v1/events`, { headers: { "last-event-id": "0" }, signal: over.signal });
  let text = "";
  try {
    for await (const piece of answer.body ?? []) {
      text += Buffer.from(piece).toString("utf8");
      const [, line] = new RegExp(`event: ${kind}\\ndata: (.*)\\n\\n`).exec(text) ?? [];
      if (line !== undefined) return (JSON.parse(line) as Told).data;
    }
    throw new Error(`no ${kind}`);
  } finally {
    over.abort();
  }
}

test("koboshi backup run ends when every place is through, not when nothing is seen for a moment", async () => {
  const words = ["dist/cli/main.js", "backup", "run", "killed-data", "--json"];
  const env = { ...process.env, KOBOSHI_LANG: "en" };
  const file = ["--config", path.join(folder, "koboshi.yml")];
  const { stdout } = await run(process.execPath, [...words, ...file], { env });
  const answer = JSON.parse(stdout) as { ok: boolean; runs: readonly { place: string; state: string }[] };
  assert.deepEqual(
    [answer.ok, answer.runs.map(({ place, state }) => [place, state])],
    [
      true,
      [
        ["office", "committed"],
        ["cloud", "committed"],
      ],
    ],
  );
});

const asked = (target: string): object => ({ target: "localhost", folder: target, place: "office" });

test("a restore whose hub is killed -9 is interrupted after a new start, and goes on when it is asked for again", async () => {
  const target = path.join(folder, "target");
  const { run: id } = await hub.post<{ run: string }>("/api/v1/backups/killed-data/restore", asked(target));
  const placed = path.join(target, source);
  const state = path.join(target, ".koboshi-restoring");
  const marks = (): readonly string[] => fs.readdirSync(state, { recursive: true, encoding: "utf8" });
  const isMarked = async (): Promise<boolean> =>
    fs.existsSync(placed) && marks().some((name) => name.endsWith(".done"));
  await until("one folder is in place, the other is coming", isMarked);
  assert.equal((await runOf(id)).state, "running");
  await hub.kill();
  const inode = fs.statSync(placed).ino;

  hub = await start();
  const ended = await until("settled", async () => (await runOf(id)).state !== "running" && runOf(id), 5_000);
  assert.deepEqual([ended.state, ended.trouble?.code], ["interrupted", "hub-ended"]);
  assert.notEqual(ended.endedAt, null);
  const event = await told("restore.ended");
  assert.deepEqual([event.plan, event.state, event.trouble?.code], ["killed-data", "interrupted", "hub-ended"]);

  const again = await hub.post<{ run: string }>("/api/v1/backups/killed-data/restore", asked(target));
  const done = await until("done", async () => (await runOf(again.run)).endedAt !== null && runOf(again.run), 60_000);
  assert.deepEqual([done.state, done.trouble], ["done", null]);
  for (const each of [source, later]) assert.equal(sumOf(path.join(target, each)), sumOf(each));
  assert.equal(fs.statSync(placed).ino, inode, "what was in place stayed");
  const page = await (await fetch(`${hub.url}/restores/${id}?lang=en`)).text();
  assert.match(page, /koboshi stopped while it ran; what was brought back stays/);
});

test("a drill whose hub is killed -9 wipes its room and is interrupted after a new start; what lay there before is swept", async () => {
  const { run: id } = await hub.post<{ run: string }>("/api/v1/backups/killed-data/drill");
  const drills = path.join(folder, "data", "drills");
  const room = path.join(drills, `koboshi-drill-${id}`);
  const inside = (): string => fs.readdirSync(path.join(room, "root"), { recursive: true }).join("\n");
  await until(
    "data is in the room",
    async () => fs.existsSync(path.join(room, "root")) && inside().includes("part0/f"),
  );
  await hub.kill();
  await until("the room wiped itself", async () => !fs.existsSync(room), 20_000);
  const { stdout } = await run("sh", ["-c", `cat /proc/[0-9]*/mountinfo /proc/[0-9]*/cmdline 2>/dev/null || true`]);
  assert.ok(!stdout.includes(room), "no mount and no process of it is left");

  // of a drill whose machine went down with it; and what only looks like one
  const left = path.join(drills, "koboshi-drill-lost");
  fs.mkdirSync(path.join(left, "root"), { recursive: true });
  fs.writeFileSync(path.join(left, "claim"), "lost");
  const foreign = path.join(drills, "koboshi-drill-mine");
  fs.mkdirSync(foreign);
  fs.writeFileSync(path.join(foreign, "claim"), "another");
  hub = await start();
  const ended = await until("settled", async () => (await runOf(id)).state !== "running" && runOf(id), 5_000);
  assert.deepEqual([ended.state, ended.trouble?.code], ["interrupted", "hub-ended"]);
  const event = await told("drill.ended");
  assert.deepEqual([event.state, event.trouble?.code], ["interrupted", "hub-ended"]);
  await until("swept", async () => !fs.existsSync(left), 10_000);
  await until("and said so", async () => hub.output().includes(left), 5_000);
  assert.ok(fs.existsSync(foreign), "a name is no claim");
});
