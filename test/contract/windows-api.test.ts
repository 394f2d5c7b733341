import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { repairRoutes } from "../../src/api/routes/repairs.ts";
import { windowRoutes } from "../../src/api/routes/windows.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { maintenanceAdd } from "../../src/cli/commands/maintenance-add.ts";
import { maintenanceCancel } from "../../src/cli/commands/maintenance-cancel.ts";
import { maintenanceCheck } from "../../src/cli/commands/maintenance-check.ts";
import { maintenanceDone } from "../../src/cli/commands/maintenance-done.ts";
import { maintenanceLs } from "../../src/cli/commands/maintenance-ls.ts";
import { maintenanceMove } from "../../src/cli/commands/maintenance-move.ts";
import { maintenanceShow } from "../../src/cli/commands/maintenance-show.ts";
import { maintenanceSign } from "../../src/cli/commands/maintenance-sign.ts";
import { repairApprove } from "../../src/cli/commands/repair-approve.ts";
import { repairLs } from "../../src/cli/commands/repair-ls.ts";
import { repairShow } from "../../src/cli/commands/repair-show.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { tableOf } from "../doubles/command-table.ts";
import { createWindowBook, windowOf } from "../doubles/no-windows.ts";
import { planOf, siteWith } from "../doubles/recover-plan.ts";
import { clockRepair, earlyFindings, earlyWindow } from "../doubles/window-story.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = createSystemClock();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-windows-"));
const token = "0123456789abcdefghjkmnpqrstvwxyz";
const tokenFile = path.join(folder, "token");
fs.writeFileSync(tokenFile, token);
const ledger = await openLedger({ folder: path.join(folder, "data"), clock, log });
const book = createWindowBook(clock);
const site = { ...siteWith([planOf()]), timeZone: "Asia/Tokyo" };
const app = Fastify();
guardListener(app, "admin", { site: () => site, ledger, clock, cliTokenHash: sha256(token) });
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
windowRoutes(app, { windows: book.desk, site: () => site, clock, log });
repairRoutes(app, { repairs: book.repairDesk, site: () => site });
const url = await app.listen({ host: "127.0.0.1", port: 0 });
after(async () => {
  app.server.closeAllConnections();
  await app.close();
  await ledger.close();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  for (const kept of [book.windows, book.findings, book.repairs]) kept.clear();
  book.asked.length = 0;
  book.slow = Promise.resolve();
});

// oxlint-disable-next-line typescript/no-explicit-any -- what a foreign program sees has no type
type Body = any;
async function call(route: string, body?: unknown, auth = true): Promise<{ status: number; json: Body }> {
  const answer = await fetch(`${url}/api/v1${route}`, {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    headers: {
      ...(auth ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
  });
  return { status: answer.status, json: await answer.json() };
}

async function cli(...argv: string[]): Promise<{ exit: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const exit = await runCommandLine(
    {
      argv: [...argv, "--server", url, "--token-file", tokenFile],
      env: { LANG: "en_US.UTF-8" },
      cwd: folder,
      clock,
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: (text) => void (err += text),
      signal: new AbortController().signal,
    },
    tableOf(
      maintenanceAdd,
      maintenanceLs,
      maintenanceShow,
      maintenanceDone,
      maintenanceCheck,
      maintenanceCancel,
      maintenanceMove,
      maintenanceSign,
      repairLs,
      repairShow,
      repairApprove,
    ),
  );
  return { exit, out, err };
}

const plan = { title: "さくら VPS の保守", start: "2026-11-26T02:00", end: "05:00", for: ["host:web1"] };

async function verifying(): Promise<void> {
  book.windows.set(1, earlyWindow);
  book.findings.set(1, earlyFindings);
  await book.repairDesk.offer({ windowId: 1, host: "web1", repair: clockRepair });
}

test("maintenance is planned in the site's time and read back in RFC 3339", async () => {
  const { status, json } = await call("/windows", plan);
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual(
    [json.start, json.end, json.lengthSeconds, json.targets, json.state, json.createdBy, json.origin],
    ["2026-11-26T02:00:00+09:00", "2026-11-26T05:00:00+09:00", 10_800, ["host:web1"], "planned", "token:cli", "hand"],
  );
  assert.equal((await call("/windows/1")).json.title, plan.title);
  assert.deepEqual(
    (await call("/windows?state=planned&state=open")).json.items.map(({ id }: Body) => id),
    [1],
  );
  assert.deepEqual((await call("/windows?state=closed")).json.items, []);
});

test("without an end, with an unreadable time or an unknown target nothing is planned", async () => {
  const refusals: readonly (readonly [object, number, string])[] = [
    [{ end: null }, 400, "KB7102"],
    [{ end: "2026-11-25T00:00" }, 400, "KB7102"],
    [{ start: "soon" }, 400, "KB1001"],
    [{ timeZone: "Mars/Base" }, 400, "KB1001"],
    [{ for: ["nowhere"] }, 404, "KB1002"],
    [{ for: ["host:nowhere"] }, 400, "KB7101"],
    [{ for: [] }, 400, "KB1001"],
    [{ title: " " }, 400, "KB1001"],
  ];
  for (const [change, status, code] of refusals) {
    const { status: got, json } = await call("/windows", { ...plan, ...change });
    assert.deepEqual([got, json.error.code], [status, code], JSON.stringify(change));
    assert.ok(json.error.message.length > 5 && json.error.fix.length > 5);
  }
  assert.equal(book.windows.size, 0);
});

test("verbs reach the desk with who asked; what is over is refused, and nothing changes without authority", async () => {
  await call("/windows", plan);
  const moved = await call("/windows/1/move", { start: "2026-11-27T02:00", end: "+2h" });
  assert.deepEqual([moved.json.version, moved.json.end], [2, "2026-11-27T04:00:00+09:00"]);
  assert.equal((await call("/windows/1/done", {})).json.state, "verifying");
  assert.equal((await call("/windows/1/cancel", { reason: "late" })).json.error.code, "KB7103");
  assert.equal((await call("/windows/1/sign", {})).status, 400, "a reason is needed");
  book.findings.set(1, earlyFindings);
  const signed = (await call("/windows/1/sign", { reason: "known" })).json;
  assert.deepEqual([signed.state, signed.signature.by, signed.signature.waived.length], ["closed", "token:cli", 6]);
  assert.deepEqual(book.asked, ["add 1 token:cli", "move 1 token:cli", "done 1 token:cli", "sign 1 token:cli"]);
  assert.equal((await call("/windows/9/done", {})).status, 404);
  assert.equal((await call("/windows", plan, false)).status, 401);
});

test("the calendar can be subscribed to", async () => {
  await call("/windows", plan);
  const answer = await fetch(`${url}/api/v1/windows.ics`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.headers.get("content-type"), "text/calendar; charset=utf-8");
  assert.match(await answer.text(), /^BEGIN:VCALENDAR\r\n[^]*SUMMARY:さくら VPS の保守\r\n/);
});

test("findings say what was compared since when, in both languages, and what has to be mended first", async () => {
  await verifying();
  const { json } = await call("/windows/1/findings");
  const clockFinding = json.items.find(({ check }: Body) => check === "clock-offset");
  assert.deepEqual(clockFinding.text, { ja: "時計が +3時間2分ずれています", en: "the clock is +3 h 2 min off" });
  assert.equal(clockFinding.comparedSince, "2026-11-26T01:50:00+09:00");
  assert.deepEqual(clockFinding.repairs[0].id, "clock");
  assert.deepEqual(json.items.find(({ check }: Body) => check === "pages-same").blockedBy, ["clock-offset"]);
  assert.equal(json.checking, false);
  assert.equal((await call("/windows/1/check", {})).json.items.length, earlyFindings.length);
});

test("a repair shows every command, and only what was shown can be approved, once", async () => {
  await verifying();
  const [repair] = (await call("/repairs?window=1")).json.items;
  assert.deepEqual(
    repair.steps.map(({ command, undo }: Body) => [command, undo]),
    [
      ["chronyd -q -t 20 -f /etc/chrony/chrony.conf", null],
      ["systemctl start chrony && systemctl enable chrony", "systemctl stop chrony"],
    ],
  );
  assert.deepEqual([repair.state, repair.safeTwice, repair.warnings.length], ["offered", true, 1]);
  assert.equal((await call("/repairs/1/approve", {})).status, 400, "the hash is required");
  assert.equal((await call("/repairs/1/approve", { sha256: "0".repeat(64) })).json.error.code, "KB7201");
  assert.equal((await call("/repairs/1")).json.state, "offered");
  const done = (await call("/repairs/1/approve", { sha256: repair.sha256 })).json;
  assert.deepEqual([done.state, done.approvedBy, done.steps[0].code], ["done", "token:cli", 0]);
  assert.equal((await call("/repairs/1/refuse", {})).json.error.code, "KB7202");
  assert.deepEqual((await call("/repairs?window=2")).json.items, []);
});

test("maintenance add plans it; without an end the command that would do stands beside the refusal", async () => {
  const added = await cli(
    "maintenance",
    "add",
    "kernel",
    "update",
    "--start",
    "2026-11-26T02:00",
    "--end",
    "05:00",
    "--for",
    "host:web1",
  );
  assert.equal(added.exit, 0, added.err);
  assert.equal(added.out, "Maintenance 1 is planned: 2026-11-26 02:00 – 05:00 (3 h)\n");
  const refused = await cli("maintenance", "add", "kernel", "it's", "--start", "02:00", "--for", "host:web1");
  assert.equal(refused.exit, 64);
  assert.match(refused.err, /koboshi maintenance add 'kernel it'\\''s' --start 02:00 --end \+6h --for host:web1/);
  assert.match(refused.err, /KB7102: /);
  assert.equal((await cli("maintenance", "add", "x", "--start", "02:00", "--end", "+1h")).exit, 64);
  const quiet = await cli("maintenance", "add", "y", "--start", "02:00", "--end", "+1h", "--for", "host:web1", "-q");
  assert.equal(quiet.out, "2\n");
});

test("maintenance ls shows what is planned and under way, earliest first; --all the rest too", async () => {
  book.windows.set(1, windowOf({ id: 1, title: "later", startMs: Date.UTC(2027, 0, 1), endMs: Date.UTC(2027, 0, 2) }));
  book.windows.set(2, { ...earlyWindow, id: 2, heldSignals: 14 });
  book.windows.set(3, windowOf({ id: 3, state: "closed", title: "gone" }));
  const { exit, out } = await cli("maintenance", "ls");
  assert.equal(exit, 0);
  assert.match(out, /^◆ Verifying {2}#2 .*\n(?: {4}.*\n)* {4}held: 14\n[^]*◆ Planned {2}#1 later/);
  assert.ok(!out.includes("gone"));
  assert.match((await cli("maintenance", "ls", "--all", "--plain")).out, /^3\tclosed\t2026-11-26T02:00:00\+09:00\t/m);
  book.windows.clear();
  assert.match((await cli("maintenance", "ls")).out, /No maintenance is planned/);
});

test("maintenance show leads with what is left, worst first, and names the repair; it exits 3 until all is well", async () => {
  await verifying();
  const { exit, out } = await cli("maintenance", "show", "#1");
  assert.equal(exit, 3);
  assert.match(out, /^◆ Verifying {2}#1 さくら VPS の保守 {2}2026-11-26 02:00 – 05:00 \(3 h\)\n/);
  assert.match(out, /back 04:30 \(30 min early\)/);
  assert.match(out, /5 left\nweb1\n {2}■ not as before {2}Clock: the clock is \+3 h 2 min off\n/);
  assert.match(out, /koboshi repair approve 1 --yes/);
  const json = JSON.parse((await cli("maintenance", "show", "1", "--json")).out);
  assert.deepEqual([json.schema, json.left, json.repairs.length], ["koboshi.maintenance-show/1", 5, 1]);
  const plain = await cli("maintenance", "show", "1", "--plain", "--lang", "ja");
  assert.match(plain.out, /^web1\tclock-offset\tfail\tcritical\tleft\t/);
  assert.equal((await cli("maintenance", "show", "9")).exit, 5);
  assert.equal((await cli("maintenance", "show", "x")).exit, 64);
});

test("maintenance check waits for a look that goes on, done move cancel and sign say what they did", async () => {
  await verifying();
  const checked = await cli("maintenance", "check", "1");
  assert.equal(checked.exit, 3, checked.err);
  book.findings.set(
    1,
    earlyFindings.filter(({ result }) => result === "pass"),
  );
  assert.match((await cli("maintenance", "check", "1")).out, /^Everything is shown to be as before\n/);
  assert.equal((await cli("maintenance", "sign", "1")).exit, 64);
  assert.match((await cli("maintenance", "sign", "1", "--reason", "known")).out, /signed and closed/);
  book.windows.set(2, windowOf({ id: 2 }));
  assert.match(
    (await cli("maintenance", "move", "2", "--start", "2026-11-27T02:00", "--end", "04:00")).out,
    /moved: 2026-11-27/,
  );
  assert.match((await cli("maintenance", "cancel", "2")).out, /no longer held/);
  assert.equal((await cli("maintenance", "done", "2")).exit, 77);
});

test("repair approve shows every command first and runs nothing without a yes", async () => {
  await verifying();
  const asked = await cli("repair", "approve", "1");
  assert.equal(asked.exit, 77);
  assert.match(asked.err, /these 2 commands run as root on web1/);
  assert.match(asked.err, /chronyd -q -t 20 -f/);
  assert.match(asked.err, /▲ Stepping the clock starts cron's nightly-batch by itself/);
  assert.deepEqual(book.asked, []);
  assert.equal((await cli("repair", "approve", "1", "--yes", "--sha256", "1".repeat(64))).exit, 75);
  assert.equal((await cli("repair", "ls")).exit, 3, "one waits");
  const approved = await cli("repair", "approve", "1", "--yes");
  assert.equal(approved.exit, 0, approved.err);
  assert.match(
    approved.out,
    /^● Done {2}#1 web1: Set the clock and start chronyd {2}maintenance 1\n1\. Step the clock once {2}done \(0\)/,
  );
  assert.deepEqual(book.asked, ["approve 1 token:cli"]);
  assert.match((await cli("repair", "show", "1", "--plain")).out, /^1\tstep\tdone\t0\tchronyd -q/);
  assert.equal(JSON.parse((await cli("repair", "ls", "--json")).out).items[0].state, "done");
});
