import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../../../test/doubles/no-windows.ts";
import type { Stamp } from "../../kernel/clock.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Window } from "../../kernel/model/window.ts";
import { cancelled, done, moved } from "./decisions.ts";
import { step } from "./step.ts";
import { newWatch, type Kept, type Reach, type Seen, type SeenMachine, type SeenUnit, type Stepped } from "./watch.ts";

const minute = 60_000;
/** 02:00 in Tokyo on 26 November 2026 */
const startMs = Date.UTC(2026, 10, 25, 17);
const endMs = startMs + 180 * minute;
const web1: ComponentId = "host:web1";

function at(ms: number): Stamp {
  return { atMs: ms, monotonicMs: ms - startMs + 1_000_000_000, bootId: "hub" };
}

/** Of web1 with its shop, by hand unless told otherwise. */
function planned(over: Partial<Window> = {}): Kept {
  return { window: windowOf({ startMs, endMs, services: ["shop"], isPublic: true, ...over }), watch: newWatch };
}

interface Look {
  readonly rounds?: number;
  readonly lostChecks?: number;
  readonly machine?: Partial<SeenMachine>;
  readonly machineIds?: Readonly<Record<string, string>>;
  readonly saidToRun?: boolean;
  readonly saidOver?: boolean;
  readonly preparing?: boolean;
  readonly units?: Readonly<Record<string, SeenUnit>>;
}

function unit(
  reach: Reach,
  { rounds = reach === "well" ? 3 : 0, lostChecks = reach === "lost" ? 1 : 0 }: Look = {},
): SeenUnit {
  return { reach, lostChecks, wellRounds: rounds, upRounds: rounds, isWatched: true };
}

/** Minutes after the planned start. */
function seen(minutes: number, reach: Reach, look: Look = {}): Seen {
  const now = at(startMs + minutes * minute);
  const machine = { bootId: "b1", machineId: "m1", dmiUuid: "d1", macs: ["02:00:00:00:00:01"], uptimeSeconds: null };
  const known: SeenMachine = { ...machine, readAt: now, isKeyChanged: false, ...look.machine };
  return {
    now,
    units: new Map(Object.entries(look.units ?? { [web1]: unit(reach, look) }) as [ComponentId, SeenUnit][]),
    machines: new Map([["web1", known]]),
    machineIds: new Map(Object.entries(look.machineIds ?? {})),
    isSaidToRun: look.saidToRun ?? false,
    isSaidOver: look.saidOver ?? false,
    isPreparing: look.preparing ?? false,
  };
}

interface Run extends Kept {
  readonly told: readonly string[];
}

function run(from: Kept, looks: readonly Seen[]): Run {
  let kept: Kept = from;
  const told: string[] = [];
  for (const look of looks) {
    const next: Stepped = step(kept, look);
    told.push(...next.events.map(({ kind }) => kind.replace("window.", "")));
    kept = { window: next.window, watch: next.watch };
  }
  return { ...kept, told };
}

const down = [seen(-11, "well"), seen(-10, "well"), seen(0, "well"), seen(5, "lost")];

test("alarms are held from ten minutes before, and the work begins when its time has come", () => {
  const early = run(planned(), [seen(-11, "well")]);
  assert.deepEqual([early.window.state, early.watch.holdsSince], ["planned", null]);
  const held = run(planned(), [seen(-11, "well"), seen(-10, "well")]);
  assert.deepEqual([held.window.state, held.watch.holdsSince?.atMs], ["preparing", startMs - 10 * minute]);
  const open = run(planned(), [seen(-10, "well"), seen(0, "well")]);
  assert.deepEqual([open.window.state, open.told], ["open", ["preparing", "started"]]);
});

test("it begins before its time when a target is lost, or when its provider says so", () => {
  const lost = run(planned(), [seen(-10, "well"), seen(-4, "lost")]);
  assert.deepEqual([lost.window.state, lost.window.course.wentDown], ["open", ["web1"]]);
  assert.equal(lost.window.course.startedAt?.atMs, startMs - 4 * minute);
  assert.equal(run(planned(), [seen(-40, "well", { saidToRun: true })]).window.state, "open");
  assert.equal(run(planned(), [seen(-90, "well", { saidToRun: true })]).window.state, "planned");
});

test("what was lost before alarms were held is no sign that the work began", () => {
  const kept = run(planned(), [seen(-30, "lost"), seen(-10, "lost"), seen(-5, "lost")]);
  assert.equal(kept.window.state, "preparing");
});

test("the work waits a minute and a half for a snapshot that is being taken, and no longer", () => {
  const waits = run(planned(), [seen(-10, "well"), seen(1, "well", { preparing: true })]);
  assert.equal(waits.window.state, "preparing");
  assert.equal(run(waits, [seen(1.5, "well", { preparing: true })]).window.state, "open");
  assert.equal(run(waits, [seen(1.2, "lost", { preparing: true })]).window.state, "open");
});

test("everything back for three rounds before its time is an early end", () => {
  const two = run(planned(), [...down, seen(150, "well", { rounds: 2 })]);
  assert.equal(two.window.state, "open");
  const back = run(two, [seen(150, "well")]);
  assert.deepEqual([back.window.state, back.window.course.isEarly], ["verifying", true]);
  assert.deepEqual(back.told, ["back"]);
  assert.equal(back.window.course.backAt?.atMs, startMs + 150 * minute);
});

test("a start between two looks counts as having been down", () => {
  const kept = run(planned(), [...down.slice(0, 3), seen(20, "well", { machine: { bootId: "b2" }, rounds: 0 })]);
  assert.deepEqual([kept.window.course.rebooted, kept.window.state], [["web1"], "open"]);
  assert.equal(run(kept, [seen(24, "well", { machine: { bootId: "b2" } })]).window.state, "verifying");
});

test("with several targets an early end needs each of them to have been down", () => {
  const both = (first: Reach, second: Reach): Look => ({ units: { [web1]: unit(first), "host:web2": unit(second) } });
  const from = planned({ targets: [web1, "host:web2"], hosts: ["web1", "web2"] });
  const looks = [seen(-10, "well", both("well", "well")), seen(0, "well", both("well", "well"))];
  const one = run(from, [...looks, seen(5, "well", both("lost", "well")), seen(30, "well", both("well", "well"))]);
  assert.equal(one.window.state, "open");
  const other = run(one, [seen(40, "well", both("well", "lost")), seen(60, "well", both("well", "well"))]);
  assert.deepEqual([other.window.state, other.window.course.isEarly], ["verifying", true]);
});

test("coming and going within the time is counted and nothing more", () => {
  const flaps = [10, 20, 30, 40].flatMap((minutes) => [
    seen(minutes, "well", { rounds: 1 }),
    seen(minutes + 5, "lost"),
  ]);
  const kept = run(planned(), [...down, ...flaps]);
  assert.deepEqual([kept.window.state, kept.window.course.timesLostAgain], ["open", 4]);
  assert.deepEqual(
    kept.told.filter((kind) => kind !== "lost-again"),
    ["preparing", "started"],
  );
});

test("lost again after an early end it is open again, and stays free of the hold on availability", () => {
  const back = run(planned(), [...down, seen(150, "well")]);
  const again = run(back, [seen(170, "lost")]);
  assert.deepEqual([again.window.state, again.window.course.isEarly, again.window.course.backAt], ["open", true, null]);
  assert.deepEqual(again.told, ["lost-again", "reopened"]);
  const second = run(again, [seen(182, "well")]);
  assert.deepEqual([second.window.state, second.window.course.isEarly], ["verifying", true]);
});

test("lost again after its time it is verified on: that is a matter of its own", () => {
  const back = run(planned(), [...down, seen(181, "well")]);
  assert.deepEqual([back.window.state, back.window.course.isEarly], ["verifying", false]);
  assert.equal(run(back, [seen(190, "lost")]).window.state, "verifying");
});

test("what never went down is said at the end, and verified all the same", () => {
  const kept = run(planned(), [seen(-10, "well"), seen(0, "well"), seen(90, "well"), seen(180, "well")]);
  assert.deepEqual([kept.window.state, kept.told.slice(-2)], ["verifying", ["back", "never-went-down"]]);
});

test("one check of several that failed is not the host going down; two are", () => {
  const one = run(planned(), [
    ...down.slice(0, 3),
    seen(30, "partly", { lostChecks: 1, rounds: 3 }),
    seen(180, "well"),
  ]);
  assert.equal(one.told.at(-1), "never-went-down");
  const two = run(planned(), [
    ...down.slice(0, 3),
    seen(30, "partly", { lostChecks: 2, rounds: 3 }),
    seen(180, "well"),
  ]);
  assert.deepEqual([two.told.at(-1), two.window.course.wentDown], ["back", ["web1"]]);
});

test("with its time over a host that is up is verified although something on it does not answer", () => {
  const kept = run(planned(), [...down, seen(181, "partly", { rounds: 3, lostChecks: 1 })]);
  assert.equal(kept.window.state, "verifying");
});

test("what never comes back is told a quarter of an hour after its time, once", () => {
  const waits = run(planned(), [...down, seen(180, "lost"), seen(194, "lost")]);
  assert.deepEqual([waits.window.state, waits.window.course.overrunAt], ["open", null]);
  const late = run(waits, [seen(195, "lost"), seen(200, "lost")]);
  assert.deepEqual(late.told, ["overrun"]);
  assert.equal(late.window.state, "open");
  assert.equal(run(late, [seen(240, "well")]).window.state, "verifying");
});

test("a gate that is still shut is told at the same time, but not while what has just come back is asked about", () => {
  const shut = run(planned(), [...down, seen(150, "well"), seen(195, "well")]);
  assert.deepEqual([shut.window.state, shut.told.at(-1)], ["verifying", "overrun"]);
  const just = run(planned(), [...down, seen(193, "well"), seen(196, "well")]);
  assert.equal(just.window.course.overrunAt, null);
  assert.notEqual(run(just, [seen(199, "well")]).window.course.overrunAt, null);
});

function running(uptimeSeconds: number): Look {
  return { machine: { uptimeSeconds } };
}

test("a machine that stood still without starting anew is found by its own time", () => {
  const from = run(planned(), [seen(-10, "well", running(1_000)), seen(0, "well", running(1_600))]);
  const kept = run(from, [seen(60, "well", running(1_600 + 20 * 60))]);
  assert.deepEqual(kept.window.course.pausedMs, { web1: 40 * minute });
  assert.deepEqual(kept.told, ["host-paused"]);
  const after = run(kept, [seen(70, "well", running(1_600 + 30 * 60))]);
  assert.deepEqual([after.told, after.window.course.pausedMs], [[], { web1: 40 * minute }]);
  const anew = run(from, [seen(60, "well", { rounds: 0, machine: { uptimeSeconds: 30, bootId: "b2" } })]);
  assert.deepEqual([anew.window.course.pausedMs, anew.told], [{}, ["host-rebooted"]]);
});

function way(look: Look): string | undefined {
  return run(planned(), [seen(-10, "well"), seen(0, "well"), seen(60, "well", look)]).window.course.otherMachine[
    "web1"
  ];
}

test("a host is another machine by its ids, another board by its hardware, and unsure by its key alone", () => {
  assert.equal(way({ machine: { machineId: "m2", isKeyChanged: true } }), "replaced");
  assert.equal(way({ machine: { machineId: "m2" } }), "replaced");
  assert.equal(way({ machine: { dmiUuid: "d2" } }), "moved");
  assert.equal(way({ machine: { macs: ["02:00:00:00:00:09"] } }), "moved");
  assert.equal(way({ machine: { macs: ["02:00:00:00:00:01", "02:42:00:00:00:09"] } }), undefined);
  assert.equal(way({ machine: { isKeyChanged: true } }), "rekeyed");
  assert.equal(way({ machine: { machineId: "m9" }, machineIds: { web1: "m9", web2: "m9" } }), "cloned");
  assert.equal(way({ machineIds: { web1: "m1", web2: "m1" } }), undefined, "it had the same one before");
});

test("a key that was confirmed does not hide that it is another machine", () => {
  const keyed = run(planned(), [
    seen(-10, "well"),
    seen(0, "well"),
    seen(60, "well", { machine: { isKeyChanged: true } }),
  ]);
  const kept = run(keyed, [seen(61, "well", { machine: { machineId: "m2" } }), seen(62, "well")]);
  assert.deepEqual([kept.window.course.otherMachine, kept.told], [{ web1: "replaced" }, ["other-machine"]]);
});

test("a hub that was away for all of it goes through every state", () => {
  const over = run(planned(), [seen(200, "well")]);
  assert.deepEqual(over.told.slice(0, 3), ["preparing", "started", "back"]);
  assert.equal(over.window.state, "verifying");
  const still = run(planned(), [seen(200, "lost")]);
  assert.deepEqual([still.window.state, still.window.course.wentDown], ["open", ["web1"]]);
});

test("blindness neither ends a loss nor is one", () => {
  const blind = run(planned(), [...down, seen(181, "unknown"), seen(182, "unknown")]);
  assert.deepEqual([blind.window.state, blind.watch.lostNow, blind.told.at(-1)], ["open", [web1], "started"]);
  const never = run(planned(), [...down.slice(0, 3), seen(50, "unknown"), seen(180, "well")]);
  assert.equal(never.told.at(-1), "never-went-down");
});

test("moved and cancelled twice: only what is not over can be, and the hold ends", () => {
  const open = run(planned(), down.slice(0, 3));
  const actor = "person:yamada";
  const day = 24 * 60 * minute;
  const off = moved(open, { startMs: startMs + day, endMs: endMs + day, actor, now: at(startMs + minute) });
  assert.ok(off.ok);
  assert.deepEqual(
    [off.value.window.state, off.value.window.version, off.value.watch.holdsSince],
    ["planned", 2, null],
  );
  const again = moved(off.value, { startMs, endMs, actor, now: at(startMs + 2 * minute) });
  assert.ok(again.ok);
  assert.equal(again.value.window.version, 3);
  assert.equal(run(again.value, [seen(3, "well")]).window.state, "open");
  const gone = cancelled(open, { reason: "", actor, now: at(startMs + minute), held: [] });
  assert.ok(gone.ok);
  assert.equal(cancelled(gone.value, { reason: "", actor, now: at(startMs), held: [] }).ok, false);
  assert.equal(moved(gone.value, { startMs, endMs, actor, now: at(startMs) }).ok, false);
});

test("work under way that lost something can be given more time, and is not late then", () => {
  const late = run(planned(), [...down, seen(195, "lost")]);
  const more = { startMs, endMs: endMs + 60 * minute, actor: "koboshi" as const, now: at(endMs + 16 * minute) };
  const longer = moved(late, more);
  assert.ok(longer.ok);
  assert.deepEqual([longer.value.window.state, longer.value.window.course.overrunAt], ["open", null]);
  assert.equal(moved(late, { ...more, startMs: endMs + 60 * minute, endMs: endMs + 90 * minute }).ok, false);
});

test("said to be over before its time it is an early end, and lost again it is open again", () => {
  const open = run(planned(), down.slice(0, 3));
  const over = done(open, { actor: "person:yamada", now: at(startMs + 60 * minute) });
  assert.ok(over.ok);
  assert.deepEqual([over.value.window.state, over.value.window.course.isEarly], ["verifying", true]);
  assert.equal(run(over.value, [seen(70, "lost")]).window.state, "open");
  assert.equal(done(planned(), { actor: "person:yamada", now: at(startMs) }).ok, false);
});

test("its provider's word that it is over is its end, whether it was seen to go or not, and waits for what is not back", () => {
  const open = [seen(-10, "well"), seen(0, "well")];
  const untouched = run(planned(), [...open, seen(60, "well", { saidOver: true })]);
  assert.deepEqual(
    [untouched.window.state, untouched.window.course.isEarly, untouched.told.slice(-2)],
    ["verifying", true, ["back", "never-went-down"]],
  );
  const away = run(planned(), [...down, seen(60, "lost", { saidOver: true })]);
  assert.equal(away.window.state, "open");
  const again = run(planned(), [...open, seen(60, "well", { saidOver: true }), seen(70, "lost", { saidOver: true })]);
  assert.equal(again.window.state, "open");
  assert.equal(run(planned(), [seen(-20, "well", { saidOver: true })]).window.state, "planned");
});
