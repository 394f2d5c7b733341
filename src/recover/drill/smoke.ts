import { sleep, type Clock } from "../../kernel/clock.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { Way } from "../../kernel/model/probe.ts";
import type { DrillSeen, NotAskedReason } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import { startApplication, type Application, type Part } from "./application.ts";
import { askable, machinesOf, type Askable, type SameMachine } from "./askable.ts";
import type { DrillSmoke, Smoked } from "./ports.ts";
import { startList } from "./start-list.ts";
import { wayInto, type RoomWay } from "./way.ts";

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
  /** where names lead, as this machine resolves them */
  resolve(names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** an application that does not answer within this does not start */
  readonly bootWithinMs?: number;
}

type Asked = DrillSeen["checks"][number];

const usualBootMs = 180_000;
const againMs = 1_000;
/** On top of a check's own time: the way into the room is longer than that to production. */
const wayMs = 15_000;

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
  readonly way: RoomWay;
  readonly signal: AbortSignal;
}

interface Open {
  readonly check: Check;
  readonly by: Askable;
}

/** What can be asked is open, the rest has its reason. */
async function prepared(
  deps: SmokeDeps,
  { plan, way }: Asking,
): Promise<{ readonly asked: Map<string, Asked>; readonly open: Map<string, Open> }> {
  const wanted = checksOf(deps.site, plan);
  const isRestored = await sameMachine(deps, plan, wanted);
  const asked = new Map<string, Asked>();
  const open = new Map<string, Open>();
  for (const check of wanted) {
    const by = deps.look === null ? "nobody-looks" : await askable(check, way, isRestored);
    asked.set(check.id, notAsked(check, typeof by === "string" ? by : "stopped"));
    if (typeof by !== "string") open.set(check.id, { check, by });
  }
  return { asked, open };
}

/** Again and again until all answer, the time is over, or a part that has to run has ended. */
async function askAll(deps: SmokeDeps, asking: Asking): Promise<readonly Asked[]> {
  const { clock, look, bootWithinMs = usualBootMs } = deps;
  const { application, isSaid, signal } = asking;
  const { asked, open } = await prepared(deps, asking);
  const untilMs = clock.monotonicMs() + bootWithinMs;
  if (look === null || open.size === 0) {
    await settled(clock, application, signal);
    return [...asked.values()];
  }
  for (;;) {
    // one that ended while the others were asked may have answered before
    const isLast = clock.monotonicMs() >= untilMs || isOver(application.parts(), isSaid);
    for (const { check, by } of open.values()) {
      if (signal.aborted) break;
      const one = await askOne(look, check, by);
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

/** Whether a name or address is the one of the plan's host: what is asked of it is asked of what was restored. */
async function sameMachine(
  { site, resolve }: SmokeDeps,
  { host: key }: BackupPlan,
  checks: readonly Check[],
): Promise<SameMachine> {
  const own = site.hosts.get(key)?.address?.toLowerCase() ?? null;
  const names = [...new Set([...(own === null ? [] : [own]), ...checks.flatMap(machinesOf)])];
  const found = names.length === 0 ? new Map<string, readonly string[]>() : await resolve(names);
  const addresses = (name: string): readonly string[] => [name, ...(found.get(name) ?? [])];
  const ours = new Set(own === null ? [] : addresses(own));
  return (name) => name === key || addresses(name.toLowerCase()).some((one) => ours.has(one));
}

function notAsked({ name, target }: Check, why: NotAskedReason): Asked {
  return { name, target, outcome: "not-asked", text: "", why };
}

async function askOne(look: LookThere, check: Check, { spec, way }: Askable): Promise<Asked> {
  const { kind, timeoutMs, name, target } = check;
  const result = await look({ kind, spec, timeoutMs: timeoutMs + wayMs, way });
  if (result === null) return notAsked(check, "stopped");
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
