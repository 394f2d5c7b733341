import assert from "node:assert/strict";
import { test } from "node:test";
import { signalOf, withWindows, type WindowBench } from "../doubles/window-bench.ts";

const actor = "person:yamada";

async function added(bench: WindowBench, over: Parameters<WindowBench["plan"]>[0] = {}): Promise<number> {
  const made = await bench.windows().add({ wanted: bench.plan(over), actor });
  assert.ok(made.ok);
  return made.value.id;
}

async function stateOf(bench: WindowBench, id: number): Promise<string | undefined> {
  return (await bench.windows().window(id))?.state;
}

test("a maintenance that goes well: held, counted, back early, verified and over without a question", () =>
  withWindows(async (bench) => {
    const id = await added(bench);
    await bench.minutes(25);
    assert.equal(await stateOf(bench, id), "preparing");
    assert.ok(bench.snapshots.length >= 1);
    bench.outcome.set("web1", "down");
    await bench.minutes(7);
    assert.equal(await stateOf(bench, id), "open");
    const down = signalOf(bench.clock);
    assert.equal(bench.windows().heldBy(down), id);
    await bench
      .windows()
      .noteHeld([down, signalOf(bench.clock, { id: "s2", kind: "clock-off", subject: "host:web1" })]);
    await bench.windows().noteHeld([down]);
    assert.equal((await bench.windows().window(id))?.heldSignals, 2);
    assert.deepEqual(
      bench
        .windows()
        .holding("host:web1")
        .map((window) => window.id),
      [id],
    );
    bench.outcome.delete("web1");
    await bench.minutes(2);
    const over = await bench.windows().window(id);
    assert.deepEqual([over?.state, over?.course.isEarly, over?.course.wentDown], ["closed", true, ["web1"]]);
    assert.equal(bench.windows().heldBy(down), null);
    assert.ok(bench.refolds.count >= 1);
    const kinds = await bench.kinds();
    assert.deepEqual(
      kinds.filter((kind) => !kind.startsWith("snapshot")),
      ["planned", "preparing", "started", "back", "closed"],
    );
    const closed = (await bench.ledger().read.eventsAfter(0, 1_000)).find(({ kind }) => kind === "window.closed");
    assert.deepEqual([closed?.data["held"], closed?.data["heldBySubject"]], [2, { "service:shop": 1, "host:web1": 1 }]);
    assert.equal(bench.changes.length, 0);
  }));

test("the gate stays shut while something is not as before, is told when late, and opens by a signature with a reason", () =>
  withWindows(async (bench) => {
    bench.failing = [{ host: "web1", check: "clock-offset", weight: "critical" }];
    const id = await added(bench, { endMs: bench.clock.nowMs() + 40 * 60_000 });
    await bench.minutes(42);
    assert.equal(await stateOf(bench, id), "verifying");
    const runs = bench.aftercareRuns;
    await bench.windows().lookAgain(id);
    assert.equal(bench.aftercareRuns, runs + 1, "at once when something was mended");
    await bench.minutes(2);
    assert.ok(bench.aftercareRuns > runs + 3);
    await bench.minutes(15);
    const [told] = bench.changes;
    assert.deepEqual([told?.signal.kind, told?.signal.facts["trouble"]], ["window", "gate-shut"]);
    assert.deepEqual([told?.signal.subject, told?.signal.severity], ["host:web1", "critical"]);
    assert.equal(bench.windows().heldBy(told?.signal ?? assert.fail()), null);
    const blank = await bench.windows().sign({ id, reason: " ", actor });
    assert.equal(blank.ok ? "" : blank.error.code, "KB1001");
    bench.failing = [...bench.failing, { host: "web1", check: "same-machine", weight: "critical" }];
    const fixed = await bench.windows().sign({ id, reason: "急ぎます", actor });
    assert.equal(fixed.ok ? "" : fixed.error.code, "KB7104");
    bench.failing = bench.failing.slice(0, 1);
    const signed = await bench.windows().sign({ id, reason: "時計は明日直します", actor });
    assert.ok(signed.ok);
    assert.deepEqual([signed.value.state, signed.value.signature?.waived], ["closed", ["web1/clock-offset"]]);
    assert.equal(bench.changes.at(-1)?.change, "closed");
  }));

test("it goes on where it was after koboshi ended, in every state", () =>
  withWindows(async (bench) => {
    bench.failing = [{ host: "web1", check: "units-running", weight: "critical" }];
    const id = await added(bench);
    await bench.restart(60_000);
    assert.equal(await stateOf(bench, id), "planned");
    await bench.minutes(22);
    await bench.restart(60_000);
    assert.equal(await stateOf(bench, id), "preparing");
    bench.outcome.set("web1", "down");
    await bench.minutes(10);
    await bench.restart(60_000);
    assert.equal(await stateOf(bench, id), "open");
    assert.equal(bench.windows().heldBy(signalOf(bench.clock)), id);
    bench.outcome.delete("web1");
    await bench.minutes(3);
    assert.equal(await stateOf(bench, id), "verifying");
    await bench.restart(60_000);
    assert.equal(await stateOf(bench, id), "verifying");
    bench.failing = [];
    await bench.minutes(1);
    assert.equal(await stateOf(bench, id), "closed");
    const kinds = await bench.kinds();
    for (const once of ["preparing", "started", "back", "closed"]) {
      assert.equal(kinds.filter((kind) => kind === once).length, 1, once);
    }
  }));

test("a late window is told once, also over a restart", () =>
  withWindows(async (bench) => {
    await added(bench, { startMs: bench.clock.nowMs() + 60_000, endMs: bench.clock.nowMs() + 10 * 60_000 });
    await bench.minutes(2);
    bench.outcome.set("web1", "down");
    await bench.minutes(24);
    await bench.restart(60_000);
    await bench.minutes(1);
    assert.deepEqual(
      bench.changes.map(({ change, signal }) => [change, signal.facts["trouble"]]),
      [["opened", "not-back"]],
    );
  }));

test("what makes no sense is refused with what would", () =>
  withWindows(async (bench) => {
    const code = async (over: Parameters<WindowBench["plan"]>[0]): Promise<readonly unknown[]> => {
      const made = await bench.windows().add({ wanted: bench.plan(over), actor });
      assert.ok(!made.ok);
      const { code: refusal, facts } = made.error;
      return [refusal, facts["why"] ?? facts["nearest"] ?? facts["what"]];
    };
    assert.deepEqual(await code({ endMs: null }), ["KB7102", "no-end"]);
    assert.deepEqual(await code({ endMs: bench.clock.nowMs() }), ["KB7102", "wrong-order"]);
    assert.deepEqual(await code({ startMs: 0, endMs: 1_000 }), ["KB7102", "past"]);
    assert.deepEqual(await code({ targets: ["host:wbe1"] }), ["KB7101", "host:web1"]);
    assert.deepEqual(await code({ targets: [] }), ["KB1001", "targets"]);
    const noEnd = await bench.windows().add({ wanted: bench.plan({ endMs: null }), actor });
    assert.equal(noEnd.ok ? 0 : noEnd.error.facts["defaultEndMs"], bench.plan().startMs + 6 * 3_600_000);
    const none = await bench.windows().cancel({ id: 99, reason: "", actor });
    assert.equal(none.ok ? "" : none.error.code, "KB1002");
    const id = await added(bench);
    const early = await bench.windows().done({ id, actor });
    assert.equal(early.ok ? "" : early.error.code, "KB7103");
    const recheck = await bench.windows().recheck(id);
    assert.equal(recheck.ok ? "" : recheck.error.code, "KB7103");
  }));

test("of overlapping windows the last one holds, and a cancelled one lets go at once", () =>
  withWindows(async (bench) => {
    const soon = { startMs: bench.clock.nowMs() + 60_000 };
    const first = await added(bench, { ...soon, endMs: bench.clock.nowMs() + 30 * 60_000 });
    const second = await added(bench, { ...soon, endMs: bench.clock.nowMs() + 90 * 60_000, targets: ["place:sakura"] });
    await bench.minutes(3);
    const down = signalOf(bench.clock);
    assert.equal(bench.windows().heldBy(down), second);
    await bench.windows().noteHeld([down]);
    await bench.windows().cancel({ id: second, reason: "業者が中止", actor });
    assert.equal(bench.windows().heldBy(down), first);
    await bench.windows().noteHeld([down]);
    assert.deepEqual(
      [(await bench.windows().window(first))?.heldSignals, (await bench.windows().window(second))?.heldSignals],
      [0, 1],
    );
    await bench.windows().cancel({ id: first, reason: "", actor });
    assert.equal(bench.windows().heldBy(down), null);
  }));

test("a host that starts anew without a plan is verified like after work, once for each start", () =>
  withWindows(async (bench) => {
    const reboot = (bootId: string) =>
      bench
        .ledger()
        .transaction((tx) =>
          tx.append({ kind: "host.rebooted", actor: "koboshi", incidentId: null, data: { host: "web1", bootId } }),
        );
    bench.failing = [{ host: "web1", check: "units-running", weight: "warning" }];
    await reboot("b2");
    await bench.minutes(1);
    const [window] = await bench.windows().windows({ states: null, limit: 10 });
    assert.deepEqual([window?.origin, window?.state, window?.reference], ["reboot", "verifying", "b2"]);
    assert.deepEqual(window?.course.rebooted, ["web1"]);
    bench.failing = [];
    await bench.minutes(2);
    await reboot("b2");
    await bench.minutes(1);
    const all = await bench.windows().windows({ states: null, limit: 10 });
    assert.deepEqual(
      all.map(({ state }) => state),
      ["closed"],
    );
    assert.equal(bench.changes.length, 0);
  }));

test("a start is a window's own when its last look saw that boot, however soon another follows", () =>
  withWindows(async (bench) => {
    const reboot = async (bootId: string): Promise<void> => {
      const data = { host: "web1", bootId };
      await bench
        .ledger()
        .transaction((tx) => tx.append({ kind: "host.rebooted", actor: "koboshi", incidentId: null, data }));
      await bench.minutes(1);
    };
    const origins = async (): Promise<readonly string[]> =>
      (await bench.windows().windows({ states: null, limit: 10 })).map(({ origin, state }) => `${origin} ${state}`);
    const planned = await bench.windows().add({ wanted: bench.plan({ startMs: bench.clock.nowMs() + 1_000 }), actor });
    assert.ok(planned.ok);
    await bench.minutes(1);
    bench.boots.set("web1", "b2");
    await bench.windows().done({ id: planned.value.id, actor });
    await bench.minutes(1);
    assert.deepEqual(await origins(), ["hand closed"]);
    // the host was not read meanwhile
    await reboot("b2");
    assert.deepEqual(await origins(), ["hand closed"]);
    bench.boots.set("web1", "b3");
    await reboot("b3");
    assert.deepEqual((await origins()).toSorted(), ["hand closed", "reboot closed"]);
  }));

test("a recovery ends with the same gate", () =>
  withWindows(async (bench) => {
    const recovered = { incidentId: 7, hosts: ["web1"], services: ["shop"], actor } as const;
    const [first, second] = [
      await bench.windows().afterRecovery(recovered),
      await bench.windows().afterRecovery(recovered),
    ];
    assert.ok(first.ok && second.ok);
    assert.deepEqual([first.value.id, first.value.origin, first.value.reference], [second.value.id, "recovery", "7"]);
    await bench.minutes(1);
    assert.equal(await stateOf(bench, first.value.id), "closed");
    const unknown = await bench.windows().afterRecovery({ ...recovered, hosts: ["wbe1"] });
    assert.equal(unknown.ok ? "" : unknown.error.code, "KB7101");
  }));
