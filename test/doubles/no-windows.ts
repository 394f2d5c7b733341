import { createHash } from "node:crypto";
import { stampNow, type Clock } from "../../src/kernel/clock.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { Actor } from "../../src/kernel/event.ts";
import type { AftercareFinding, Repair } from "../../src/kernel/model/aftercare.ts";
import { kindOf, nameOf } from "../../src/kernel/model/component.ts";
import { isHolding, noCourse, type Window } from "../../src/kernel/model/window.ts";
import type { HeldSubject, RepairDesk, RepairRun, WindowDesk } from "../../src/kernel/ports-prevent.ts";
import { err, ok, type Result } from "../../src/kernel/result.ts";

const offeredLengthMs = 6 * 3_600_000;

/** A calendar kept in memory: every verb works, nothing is measured; tests put in what was found. */
export interface WindowBook {
  readonly desk: WindowDesk;
  readonly repairDesk: RepairDesk;
  readonly windows: Map<number, Window>;
  readonly findings: Map<number, readonly AftercareFinding[]>;
  readonly repairs: Map<number, RepairRun>;
  readonly held: Map<number, readonly HeldSubject[]>;
  /** `move 1 person:yamada` … in the order it was asked */
  readonly asked: string[];
  /** what every look anew waits for */
  slow: Promise<void>;
}

export function createWindowBook(clock: Clock): WindowBook {
  const windows = new Map<number, Window>();
  const findings = new Map<number, readonly AftercareFinding[]>();
  const repairs = new Map<number, RepairRun>();
  const held = new Map<number, readonly HeldSubject[]>();
  const asked: string[] = [];
  const book: WindowBook = {
    windows,
    findings,
    repairs,
    held,
    asked,
    slow: Promise.resolve(),
    desk: undefined as unknown as WindowDesk,
    repairDesk: createRepairBook(clock, { repairs, asked }),
  };

  /** @param may states in which it can be asked for */
  function changed(
    asking: { id: number; verb: string; actor: Actor; may: readonly Window["state"][] },
    change: (window: Window) => Partial<Window>,
  ): Result<Window, KoboshiError> {
    const window = windows.get(asking.id);
    if (window === undefined) return err(new KoboshiError("KB1002", { what: String(asking.id) }));
    if (!asking.may.includes(window.state))
      return err(new KoboshiError("KB7103", { id: asking.id, state: window.state }));
    asked.push(`${asking.verb} ${asking.id} ${asking.actor}`);
    const next = { ...window, ...change(window) };
    windows.set(window.id, next);
    return ok(next);
  }

  const desk: WindowDesk = {
    heldBy: (signal) => desk.holding(signal.subject)[0]?.id ?? null,
    holding: (component) => [...windows.values()].filter((one) => isHolding(one) && one.targets.includes(component)),
    windows: async ({ states, limit }) =>
      [...windows.values()]
        .filter(({ state }) => states === null || states.includes(state))
        .toSorted((a, b) => b.startMs - a.startMs)
        .slice(0, limit),
    window: async (id) => windows.get(id) ?? null,
    async add({ wanted, actor }) {
      const unknown = wanted.targets.find((target) => nameOf(target).startsWith("nowhere"));
      if (unknown !== undefined) return err(new KoboshiError("KB7101", { what: unknown, target: unknown }));
      if (wanted.endMs === null || wanted.endMs <= wanted.startMs)
        return err(
          new KoboshiError("KB7102", { startMs: wanted.startMs, offeredMs: wanted.startMs + offeredLengthMs }),
        );
      const id = windows.size + 1;
      asked.push(`add ${id} ${actor}`);
      const window = windowOf({ ...wanted, endMs: wanted.endMs, id, createdAt: stampNow(clock), createdBy: actor });
      windows.set(id, window);
      return ok(window);
    },
    move: async ({ id, startMs, endMs, actor }) => {
      if (endMs <= startMs) return err(new KoboshiError("KB7102", { startMs, offeredMs: startMs + offeredLengthMs }));
      return changed({ id, verb: "move", actor, may: ["planned"] }, ({ version }) => ({
        startMs,
        endMs,
        version: version + 1,
      }));
    },
    cancel: async ({ id, actor }) =>
      changed({ id, verb: "cancel", actor, may: ["planned", "preparing", "open"] }, () => ({ state: "cancelled" })),
    done: async ({ id, actor }) =>
      changed({ id, verb: "done", actor, may: ["planned", "preparing", "open"] }, ({ course }) => ({
        state: "verifying",
        course: { ...course, startedAt: course.startedAt ?? stampNow(clock) },
      })),
    sign: async ({ id, reason, actor }) => {
      if (reason.trim() === "") return err(new KoboshiError("KB1001", { what: "reason" }));
      const left = (findings.get(id) ?? []).filter(({ result }) => result !== "pass");
      return changed({ id, verb: "sign", actor, may: ["verifying"] }, () => ({
        state: "closed",
        closedAt: stampNow(clock),
        signature: {
          by: actor,
          at: stampNow(clock),
          reason,
          waived: left.map(({ host, check }) => `${host}/${check}`),
        },
      }));
    },
    findings: async (id) => findings.get(id) ?? [],
    held: async (id) => held.get(id) ?? [],
    async recheck(id) {
      const window = windows.get(id);
      if (window === undefined) return err(new KoboshiError("KB1002", { what: String(id) }));
      if (window.state === "planned") return err(new KoboshiError("KB7103", { id, state: window.state }));
      asked.push(`check ${id}`);
      await book.slow;
      return ok(findings.get(id) ?? []);
    },
  };
  return Object.assign(book, { desk });
}

function createRepairBook(clock: Clock, { repairs, asked }: Pick<WindowBook, "repairs" | "asked">): RepairDesk {
  function decided(
    id: number,
    change: (run: RepairRun) => Result<RepairRun, KoboshiError>,
  ): Result<RepairRun, KoboshiError> {
    const run = repairs.get(id);
    if (run === undefined) return err(new KoboshiError("KB1002", { what: String(id) }));
    if (run.state !== "offered") return err(new KoboshiError("KB7202", { id, state: run.state }));
    const next = change(run);
    if (next.ok) repairs.set(id, next.value);
    return next;
  }
  return {
    repairs: async ({ windowId, limit }) =>
      [...repairs.values()]
        .filter((run) => windowId === null || run.windowId === windowId)
        .toReversed()
        .slice(0, limit),
    repair: async (id) => repairs.get(id) ?? null,
    async offer({ windowId, host, repair }) {
      const run = offeredRun({ id: repairs.size + 1, windowId, host, repair, at: stampNow(clock) });
      repairs.set(run.id, run);
      return ok(run);
    },
    approve: async ({ id, sha256, actor }) =>
      decided(id, (run) => {
        if (run.sha256 !== sha256) return err(new KoboshiError("KB7201", { id }));
        asked.push(`approve ${id} ${actor}`);
        const at = stampNow(clock);
        return ok({
          ...run,
          state: "done",
          approvedBy: actor,
          approvedAt: at,
          steps: run.repair.steps.map((step) => ({ id: step.id, state: "done", code: 0, output: "200 OK", at })),
        });
      }),
    withdraw: async ({ id }) => decided(id, (run) => ok({ ...run, state: "withdrawn" })),
    refuse: async ({ id, actor, reason }) =>
      decided(id, (run) => {
        asked.push(`refuse ${id} ${actor} ${reason}`.trim());
        return ok({ ...run, state: "refused", ...(reason === "" ? {} : { reason }) });
      }),
    start: async () => undefined,
    stop: async () => undefined,
  };
}

function offeredRun(
  of: Pick<RepairRun, "id" | "windowId" | "host" | "repair"> & { at: RepairRun["offeredAt"] },
): RepairRun {
  const { at, ...run } = of;
  return {
    ...run,
    sha256: sha256Of(run.repair),
    state: "offered",
    offeredAt: at,
    approvedBy: null,
    approvedAt: null,
    steps: run.repair.steps.map(({ id }) => ({ id, state: "waiting", code: null, output: "", at: null })),
  };
}

function sha256Of(repair: Repair): string {
  return createHash("sha256")
    .update(JSON.stringify(repair.steps.map(({ command }) => command)))
    .digest("hex");
}

/** Planned maintenance of web1, 26 November 02:00 to 05:00 in Tokyo, unless told otherwise. */
export function windowOf(change: Partial<Window> = {}): Window {
  const targets = change.targets ?? ["host:web1"];
  const named = (kind: "host" | "service"): readonly string[] =>
    targets.filter((target) => kindOf(target) === kind).map(nameOf);
  const at = { atMs: Date.UTC(2026, 10, 20, 0, 0), monotonicMs: 0, bootId: "b" };
  return {
    id: 1,
    version: 1,
    state: "planned",
    origin: "hand",
    reference: null,
    title: "さくら VPS の保守",
    startMs: Date.UTC(2026, 10, 25, 17, 0),
    endMs: Date.UTC(2026, 10, 25, 20, 0),
    timeZone: "Asia/Tokyo",
    targets,
    hosts: named("host"),
    services: named("service"),
    alternate: null,
    isPublic: false,
    checksWanted: [],
    course: noCourse,
    heldSignals: 0,
    createdAt: at,
    createdBy: "person:yamada",
    closedAt: null,
    signature: null,
    ...change,
  };
}

/** A site without maintenance. */
export function noWindows(clock: Clock): { readonly windows: WindowDesk; readonly repairs: RepairDesk } {
  const { desk, repairDesk } = createWindowBook(clock);
  return { windows: desk, repairs: repairDesk };
}
