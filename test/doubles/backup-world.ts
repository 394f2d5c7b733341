import { KoboshiError } from "../../src/kernel/errors.ts";
import type { RestoreRun, Verification } from "../../src/kernel/model/recovery.ts";
import type { BackupDesk, BackupStatus, RecoveryProgress, RestoreOutlook } from "../../src/kernel/ports-recovery.ts";
import { noBackups } from "./no-backups.ts";
import { copyOf, planOf, recordAt, runOf, stampAt, targetOf } from "./recover-plan.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A desk that answers by what it was told, and remembers what it was asked to do. */
export interface BackupWorld {
  readonly desk: BackupDesk;
  readonly asked: string[];
  statuses: readonly BackupStatus[];
  /** thrown by `outlook` and `verify` */
  refusal: KoboshiError | null;
  /** the end of the run that `runNow` begins */
  over: Promise<readonly string[]>;
  tell(progress: RecoveryProgress): void;
}

export function restoreAt(atMs: number, hours: number, change: Partial<RestoreRun> = {}): RestoreRun {
  const phases = [
    { phase: "provision" as const, seconds: 1_800, bytes: 0, files: 0, manualSteps: 1 },
    { phase: "fetch" as const, seconds: hours * 3_600 - 1_800, bytes: 212e9, files: 1_000, manualSteps: 0 },
  ];
  return {
    id: `drill-${hours}`,
    kind: "drill",
    plan: "shop-data",
    place: "office",
    set: "s1",
    target: "host:drill1",
    folder: "/",
    scope: "full",
    state: "done",
    startedAt: stampAt(atMs),
    endedAt: stampAt(atMs + hours * hourMs),
    phases,
    lostSeconds: 3_600,
    trouble: null,
    ...change,
  };
}

/** A shop whose copies are fine and were restored, and a mail spool that never was. */
export function shopAndMail(nowMs: number): readonly BackupStatus[] {
  const found: Verification = {
    id: "v1",
    plan: "shop-data",
    place: "office",
    level: 5,
    set: "s1",
    at: stampAt(nowMs - hourMs),
    seconds: 90,
    ok: true,
    facts: {},
    findings: [{ code: "mojibake", severity: "open", facts: { table: "<i>orders</i>", values: 3 } }],
  };
  const proof = {
    plan: "shop-data",
    place: "office",
    at: stampAt(nowMs - dayMs),
    result: "refused" as const,
    tried: [{ way: "delete", answer: "403 Forbidden", intact: true }],
  };
  const sets = [recordAt("s1", nowMs - 3 * hourMs)];
  const office = copyOf(sets, { readAt: stampAt(nowMs - hourMs), verified: [found], proof });
  const cloud = copyOf(sets, { place: "cloud", readAt: stampAt(nowMs - hourMs) });
  const plan = planOf({
    loseAtMostMs: dayMs,
    backWithinMs: 8 * hourMs,
    drill: { everyMs: 90 * dayMs, host: "drill1", bootCheck: null },
    to: [targetOf(), targetOf({ at: "cloud", repo: "rest:https://u:hunter2@c.example/shop", appendOnlyClaimed: true })],
  });
  const failed = { code: "KB8005", text: "wrong password <script>alert(1)</script>" };
  return [
    {
      plan,
      copies: [office, cloud],
      running: [],
      runs: [
        runOf("s1", nowMs - 3 * hourMs, { record: recordAt("s1", nowMs - 3 * hourMs) }),
        runOf("s0", nowMs - 27 * hourMs, { state: "failed", trouble: failed }),
      ],
      restores: [restoreAt(nowMs - 41 * dayMs, 6), restoreAt(nowMs - 130 * dayMs, 12)],
      nextAtMs: nowMs + 20 * hourMs,
    },
    { plan: planOf({ key: "mail-spool" }), copies: [], running: [], runs: [], restores: [], nextAtMs: null },
  ];
}

export function backupWorld(statuses: readonly BackupStatus[]): BackupWorld {
  const asked: string[] = [];
  const listeners = new Set<(progress: RecoveryProgress) => void>();
  const named = (plan: string): BackupStatus => {
    const found = world.statuses.find((status) => status.plan.key === plan);
    if (found === undefined) throw new KoboshiError("KB1002", { what: plan });
    return found;
  };
  const desk: BackupDesk = {
    ...noBackups,
    all: async () => world.statuses,
    one: async (plan) => world.statuses.find((status) => status.plan.key === plan) ?? null,
    runNow: async (plan, by) => {
      asked.push(`run ${plan} ${by}`);
      return { set: "s2", over: world.over };
    },
    refresh: async (plan) => {
      asked.push(`refresh ${plan}`);
      return named(plan);
    },
    verify: async (plan, { place, level, by }) => {
      asked.push(`verify ${plan} ${place ?? "*"} ${level} ${by}`);
      if (world.refusal !== null) throw world.refusal;
      return named(plan).copies.flatMap(({ verified }) => verified);
    },
    prove: async (plan, { place, by }) => {
      asked.push(`prove ${plan} ${place ?? "*"} ${by}`);
      return named(plan).copies.flatMap(({ proof }) => proof ?? []);
    },
    outlook: async ({ plan, target, folder }): Promise<RestoreOutlook> => {
      if (world.refusal !== null) throw world.refusal;
      const record = named(plan).copies[0]?.sets[0];
      if (record === undefined) throw new KoboshiError("KB1002", { what: plan });
      const expectedSeconds = { p10: 3_600, p50: 7_200, p90: null };
      const inTheWay = ["/srv/shop <b>old</b>"];
      return {
        record,
        place: "office",
        target,
        folder,
        bytes: 212e9,
        files: 9,
        inTheWay,
        freeBytes: 1e9,
        expectedSeconds,
      };
    },
    restore: async ({ plan, at, target, confirm }, by) => {
      asked.push(`restore ${plan} ${at} ${target} ${confirm} ${by}`);
      return "drill-6";
    },
    drill: async (plan, by) => {
      asked.push(`drill ${plan} ${by}`);
      return "drill-6";
    },
    restoreRun: async (id) => world.statuses.flatMap(({ restores }) => restores).find((run) => run.id === id) ?? null,
    onProgress: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const world: BackupWorld = {
    desk,
    asked,
    statuses,
    refusal: null,
    over: Promise.resolve(["s2"]),
    tell: (progress) => listeners.forEach((listener) => listener(progress)),
  };
  return world;
}
