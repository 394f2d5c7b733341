import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { windowOf } from "../doubles/no-windows.ts";
import { startWindowDesk } from "../doubles/window-desk-hub.ts";
import { clockRepair, earlyFindings, earlyWindow } from "../doubles/window-story.ts";

const hub = await startWindowDesk();
const { book, call, cli, clock, token, url } = hub;
after(() => hub.close());
beforeEach(() => hub.clear());

// oxlint-disable-next-line typescript/no-explicit-any -- what a foreign program sees has no type
type Body = any;

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

test("what was held is told by what it is of, newest first, to programs and on the command line", async () => {
  await verifying();
  const newestAt = { atMs: Date.UTC(2026, 10, 25, 17, 10), monotonicMs: 0, bootId: "b" };
  book.held.set(1, [
    { subject: "service:shop", count: 12, newestAt, isOpen: true },
    { subject: "host:web1", count: 2, newestAt, isOpen: false },
  ]);
  const { count, items } = (await call("/windows/1/held")).json;
  assert.deepEqual(
    [count, items[0]],
    [14, { subject: "service:shop", count: 12, newestAt: "2026-11-26T02:10:00+09:00", open: true }],
  );
  assert.equal((await call("/windows/9/held")).json.error.code, "KB1002");
  assert.match(
    (await cli("maintenance", "show", "1")).out,
    /held: 14\n.*still so {2}service:shop: 12 alarms, the last one 2026-11-26 02:10/,
  );
});

test("work that began now needs no start, and the only window that is under way needs no number", async () => {
  const added = await cli("maintenance", "add", "kernel", "--end", "+1h", "--for", "host:web1");
  assert.equal(added.exit, 0, added.err);
  const { startMs = 0 } = book.windows.get(1) ?? {};
  assert.ok(Math.abs(startMs - clock.nowMs()) < 60_000);
  assert.equal((await cli("maintenance", "done")).exit, 64, "it is only planned");
  book.windows.set(1, windowOf({ state: "open" }));
  assert.equal((await cli("maintenance", "done")).exit, 0);
  assert.equal((await cli("maintenance", "check")).exit, 0);
  book.windows.set(2, windowOf({ id: 2, state: "verifying" }));
  const two = await cli("maintenance", "check");
  assert.equal(two.exit, 64);
  assert.match(two.err, /by its number/);
});

test("repair refuse says why, and nothing runs any more", async () => {
  await verifying();
  const refused = await cli("repair", "refuse", "#1", "--reason", "by hand in the morning");
  assert.equal(refused.exit, 0, refused.err);
  assert.match(refused.out, /repair 1 will not be run/);
  assert.deepEqual(book.asked, ["refuse 1 token:cli by hand in the morning"]);
  assert.match((await cli("repair", "show", "1")).out, /Reason: by hand in the morning/);
  assert.equal((await call("/repairs/1")).json.reason, "by hand in the morning");
  assert.equal((await cli("repair", "refuse", "1")).exit, 75);
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
