import { KoboshiError } from "../../kernel/errors.ts";
import { chooseCopy, type Choice } from "./choose.ts";
import { readFacts } from "./facts.ts";
import { meansThere } from "./means.ts";
import type { DrillDeps, DrillMachine, DrillWish, PlaceCopies } from "./ports.ts";
import { productionNames } from "./production.ts";
import { refusal, type Refusal } from "./refusal.ts";
import { copyInReach, credentialSafe, declaredSafe, machineSafe, type DrillTarget } from "./safety.ts";

/** What a drill would do, and all that speaks against it. */
export interface DrillOutlook {
  readonly target: string;
  readonly choice: Choice;
  readonly refusals: readonly Refusal[];
  /** of the machine that was judged; null: it was not told */
  readonly machineId: string | null;
}

/** The machine a plan's drill runs on: the host the file names, or an isolated place on this machine. */
function drillTarget({ plan }: Pick<DrillWish, "plan">): DrillTarget {
  const host = plan.drill?.host ?? "localhost";
  return { name: host === "localhost" ? host : `host:${host}`, plan };
}

/**
 * Enters the target for as long as `work` lasts, with what a drill there would do and every reason against it; the target
 * itself is only read.
 * @throws KoboshiError KB8402 when no place has a committed set, or all that there are are in quarantine
 */
export async function ahead<T>(
  deps: DrillDeps,
  wish: DrillWish,
  work: (outlook: DrillOutlook, machine: DrillMachine | null) => Promise<T>,
): Promise<T> {
  const target = drillTarget(wish);
  const copies = await deps.copies(wish.plan);
  const choice = chooseCopy(copies, { ...wish, random: deps.random });
  if (choice === null) throw nothingToTake(wish, copies);
  const said = await saidAgainst(deps, target, choice);
  const reached = await deps.reach(target.name);
  if (!reached.ok) {
    const refusals = [...said, ...refusal("unreachable", reached.error)];
    return work({ target: target.name, choice, refusals, machineId: null }, null);
  }
  const machine = reached.value;
  try {
    const shown = await shownAgainst(deps, { target, choice, machine });
    const refusals = unique([...said, ...shown.refusals]);
    return await work({ target: target.name, choice, refusals, machineId: shown.machineId }, machine);
  } finally {
    await machine.close();
  }
}

/** Before anything is connected to. */
async function saidAgainst(deps: DrillDeps, target: DrillTarget, { place }: Choice): Promise<readonly Refusal[]> {
  const { plan } = target;
  return [
    ...declaredSafe(deps.site, target),
    ...copyInReach(deps.repoAt(plan, place), target, place),
    ...credentialSafe(await deps.canWrite(plan, place), place),
  ];
}

async function shownAgainst(
  deps: DrillDeps,
  {
    target,
    choice,
    machine,
  }: { readonly target: DrillTarget; readonly choice: Choice; readonly machine: DrillMachine },
): Promise<{ readonly refusals: readonly Refusal[]; readonly machineId: string | null }> {
  const { site, siteId } = deps;
  const isSpareHost = target.name !== "localhost";
  const [known, resolved, facts] = await Promise.all([
    deps.known(target.name),
    isSpareHost ? deps.resolve(namesOfOthers(deps, target)) : new Map<string, readonly string[]>(),
    readFacts(machine.workplace),
  ]);
  const means = isSpareHost ? await meansThere(machine.workplace, choice.record) : [];
  const refusals = [...machineSafe({ site, siteId, target, known, resolved }, facts), ...means];
  return { refusals, machineId: facts.machineId };
}

/** Of production: the target's own name leads to the target. */
function namesOfOthers({ site }: DrillDeps, { name }: DrillTarget): readonly string[] {
  const own = site.hosts.get(name.replace(/^host:/, ""))?.address?.toLowerCase();
  return productionNames(site).filter((one) => one !== own);
}

/** A reason is told once, whoever found it. */
function unique(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((one) => [`${one.code} ${one.unknown} ${one.seen}`, one])).values()];
}

function nothingToTake({ plan, place }: DrillWish, copies: readonly PlaceCopies[]): KoboshiError {
  const asked = copies.filter((one) => place === null || one.place === place);
  const quarantined = asked.reduce((sum, one) => sum + one.quarantined, 0);
  return new KoboshiError("KB8402", { plan: plan.key, quarantined, ...(place === null ? {} : { place }) });
}
