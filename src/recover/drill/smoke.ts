import { sleep, type Clock } from "../../kernel/clock.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { Way } from "../../kernel/model/probe.ts";
import type { DrillSeen } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import { startApplication, type Application, type Part } from "./application.ts";
import type { DrillSmoke, Smoked } from "./ports.ts";
import { startList } from "./start-list.ts";
import { wayInto } from "./way.ts";

/** One look by a probe that goes another way than this machine's network. @returns null when it was stopped */
export type LookThere = (look: {
  readonly kind: string;
  readonly spec: unknown;
  readonly timeoutMs: number;
  readonly way: Way;
}) => Promise<ProbeResult | null>;

interface SmokeDeps {
  readonly clock: Clock;
  readonly site: Site;
  /** null: nobody can look there; the checks are told as not asked */
  readonly look: LookThere | null;
  /** an application that does not answer within this does not start */
  readonly bootWithinMs?: number;
}

type Asked = DrillSeen["checks"][number];

const usualBootMs = 180_000;
const againMs = 1_000;
/** On top of a check's own time: the way into the room is longer than that to production. */
const wayMs = 15_000;

/** Kinds whose every step is a connection: the others ask names, other machines or programs. */
const throughTheWay: ReadonlySet<string> = new Set([
  "http",
  "tcp",
  "tls",
  "websocket",
  "smtp",
  "imap",
  "pop3",
  "postgres",
  "mysql",
  "redis",
  "ssh",
]);

/** Makes the application come up in the room and asks it what the plan's own checks ask. */
export function createDrillSmoke(deps: SmokeDeps): DrillSmoke {
  return async ({ plan, room, isSpareHost, signal }) => {
    const { names, isSaid } = await startList({ site: deps.site, plan, isSpareHost }, room);
    if (names.length === 0) return unstarted(plan);
    const system = await room.furnish();
    if (!system.ok) return { ...nothing, trouble: { code: "system", text: system.error } };
    const application = await startApplication(system.value, names);
    const way = wayInto(system.value);
    try {
      const checks = await askAll(deps, { plan, application, isSaid, way, signal });
      const started = application.parts();
      return { ...nothing, started, checks, trouble: troubleOf({ checks, started, isSaid }) };
    } finally {
      way.close();
    }
  };
}

const nothing = { bytes: 0, files: 0, manualSteps: 0, trouble: null, started: [], checks: [] } as const;

/** A person would have to start it: counted as a step by hand where a service was to come up. */
function unstarted({ drill }: BackupPlan): Smoked {
  return { ...nothing, manualSteps: drill === null || drill.bootCheck === null ? 0 : 1 };
}

/** Checks of the service that must come up; of all on the plan's host where none is named. */
function checksOf({ services, checks }: Site, { host, drill }: BackupPlan): readonly Check[] {
  const named = drill?.bootCheck ?? null;
  return checks.filter(({ service }) => (named === null ? services.get(service)?.on === host : service === named));
}

interface Asking {
  readonly plan: BackupPlan;
  readonly application: Application;
  readonly isSaid: boolean;
  readonly way: Way;
  readonly signal: AbortSignal;
}

/** Again and again until all answer, the time is over, or a part that has to run has ended. */
async function askAll(deps: SmokeDeps, asking: Asking): Promise<readonly Asked[]> {
  const { clock, look, bootWithinMs = usualBootMs } = deps;
  const { application, isSaid, signal } = asking;
  const wanted = checksOf(deps.site, asking.plan);
  const asked = new Map<string, Asked>(wanted.map((check) => [check.id, notAsked(check)]));
  const open = new Map(wanted.filter(({ kind }) => throughTheWay.has(kind)).map((check) => [check.id, check]));
  const untilMs = clock.monotonicMs() + bootWithinMs;
  if (look === null || open.size === 0) {
    await settled(clock, application, signal);
    return [...asked.values()];
  }
  for (;;) {
    // one that ended while the others were asked may have answered before
    const isLast = clock.monotonicMs() >= untilMs || isOver(application.parts(), isSaid);
    for (const check of open.values()) {
      if (signal.aborted) break;
      const one = await askOne(look, check, asking.way);
      asked.set(check.id, one);
      if (one.outcome !== "down") open.delete(check.id);
    }
    if (open.size === 0 || isLast || signal.aborted) return [...asked.values()];
    await sleep(clock, againMs, signal);
  }
}

/** Nobody asks: what ends at once has not started. */
const settleMs = 5_000;
async function settled(clock: Clock, application: Application, signal: AbortSignal): Promise<void> {
  const untilMs = clock.monotonicMs() + settleMs;
  while (!signal.aborted && clock.monotonicMs() < untilMs && !isOver(application.parts(), true))
    await sleep(clock, 200, signal);
}

function isOver(parts: readonly Part[], isSaid: boolean): boolean {
  const failed = parts.filter(({ state }) => state === "failed").length;
  return failed > 0 && (isSaid || failed === parts.length);
}

function notAsked({ name, target }: Check): Asked {
  return { name, target, outcome: "not-asked", text: "" };
}

async function askOne(look: LookThere, check: Check, way: Way): Promise<Asked> {
  const { kind, spec, timeoutMs, name, target } = check;
  const result = await look({ kind, spec, timeoutMs: timeoutMs + wayMs, way });
  if (result === null) return notAsked(check);
  const { outcome, error } = result;
  const text = error === null ? "" : `${error.code}: ${error.text}`.slice(0, 300);
  return { name, target, outcome: outcome === "unknown" ? "down" : outcome, text };
}

function troubleOf({
  checks,
  started,
  isSaid,
}: {
  readonly checks: readonly Asked[];
  readonly started: readonly Part[];
  readonly isSaid: boolean;
}): Smoked["trouble"] {
  const down = checks.filter(({ outcome }) => outcome === "down");
  const failed = started.filter(({ state }) => state === "failed");
  const hasAnswers = checks.some(({ outcome }) => outcome === "up" || outcome === "degraded");
  if (down.length === 0 && (failed.length === 0 || (!isSaid && hasAnswers))) return null;
  const lines = [
    ...failed.map(({ name, text }) => `${name}: ${text}`),
    ...down.map(({ name, target, text }) => `${name} (${target}): ${text}`),
  ];
  return { code: "smoke", text: lines.join("\n").slice(0, 1_500) };
}
