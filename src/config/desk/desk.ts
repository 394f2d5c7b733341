import path from "node:path";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import type { Site } from "../../kernel/model/site.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Finding } from "../finding.ts";
import { loadConfig, type LoadOutcome } from "../load.ts";
import { planOf, type ConfigPlan } from "../plan.ts";
import { openSecrets } from "../secrets.ts";
import type { Change } from "./change.ts";
import {
  findingsOf,
  hashOf,
  modeOf,
  nameOf,
  readVersion,
  tryOut,
  type DeskDeps,
  type Tried,
  type Version,
} from "./versions.ts";
import { conflictOf, proposalOf, viewOf, type ConfigView, type Conflict, type Proposal } from "./views.ts";
import { prepareFiles, type Prepared, type Replacement } from "./write.ts";

export interface Order {
  readonly change: Change;
  /** of the files the person saw; null: whatever they are */
  readonly baseHash: string | null;
  readonly reason: string | null;
  readonly confirmed: boolean;
  readonly actor: Actor;
}

export interface Applied {
  readonly hash: string;
  readonly plan: ConfigPlan;
  /** names of the files that were written */
  readonly written: readonly string[];
}

export interface ConfigRefusal {
  readonly error: KoboshiError;
  readonly findings: readonly Finding[];
  readonly conflict: readonly Conflict[];
  /** for what must be confirmed */
  readonly plan: ConfigPlan | null;
}

/** Where the configuration is read, tried and changed while the hub runs. Changes are made one after the other. */
export interface ConfigDesk {
  view(): ConfigView;
  /** @returns KB1104, KB1108, or KB1002 for a file that is none of its own */
  propose(change: Change): Result<Proposal, KoboshiError>;
  /**
   * Parse, validate, resolve, plan, write, swap: a configuration that is not right changes nothing. KB1003 what would be
   * lost is not confirmed; KB1101, KB1103 it is not right; KB1105 the files changed meanwhile; KB1106 they are kept in
   * git; KB1107 they cannot be written.
   */
  apply(order: Order): Promise<Result<Applied, ConfigRefusal>>;
}

/** Versions people may have open in a browser; older ones are shown as not known. */
const keptVersions = 8;
export function createConfigDesk(deps: DeskDeps): ConfigDesk {
  const seen = new Map<string, Version>();
  let last: Promise<unknown> = Promise.resolve();

  function remember(hash: string, version: Version): void {
    seen.delete(hash);
    seen.set(hash, version);
    for (const oldest of [...seen.keys()].slice(0, -keptVersions)) seen.delete(oldest);
  }

  return {
    view() {
      const { configPath, machine } = deps;
      const outcome = machine.files.stat(configPath) === null ? null : loadConfig(configPath, { machine });
      if (outcome !== null && outcome.merged !== null) remember(outcome.hash, readVersion(deps));
      return viewOf(deps, outcome);
    },
    propose(change) {
      const version = readVersion(deps);
      remember(hashOf(deps, version), version);
      const tried = tryOut(deps, version, change);
      return tried.ok ? ok(proposalOf(deps, tried.value)) : tried;
    },
    apply(order) {
      const done = last.then(() => applyOrder(deps, order, seen));
      last = done.catch(() => undefined);
      return done;
    },
  };
}

function refuse(error: KoboshiError, more: Partial<ConfigRefusal> = {}): Result<never, ConfigRefusal> {
  return err({ error, findings: [], conflict: [], plan: null, ...more });
}

async function applyOrder(
  deps: DeskDeps,
  order: Order,
  seen: ReadonlyMap<string, Version>,
): Promise<Result<Applied, ConfigRefusal>> {
  const { change, confirmed } = order;
  if (change.kind !== "disk" && modeOf(deps) === "git") return refuse(new KoboshiError("KB1106"));
  const before = readVersion(deps);
  const hash = hashOf(deps, before);
  const base = order.baseHash ?? hash;
  if (base !== hash) {
    const conflict = conflictOf(deps, { base: seen.get(base) ?? null, theirs: before, change });
    return refuse(new KoboshiError("KB1105", { path: path.basename(deps.configPath) }), { conflict });
  }
  const tried = tryOut(deps, before, change);
  if (!tried.ok) return refuse(tried.error);
  const resolved = resolve(deps, tried.value.outcome);
  if (!resolved.ok) return resolved;
  const plan = planOf(deps.current(), resolved.value);
  if (plan.needsConfirm.length > 0 && !confirmed) return refuse(unconfirmed(plan), { plan });
  return store(deps, order, { tried: tried.value, site: resolved.value, plan });
}

/** A configuration that can run, its secrets opened. */
function resolve(deps: DeskDeps, outcome: LoadOutcome): Result<Site, ConfigRefusal> {
  if (outcome.plan === null) {
    const findings = findingsOf(deps, outcome.findings);
    const first = findings.find(({ severity }) => severity === "error");
    const what = first === undefined ? path.basename(deps.configPath) : `${first.file}:${first.line}:${first.column}`;
    return refuse(new KoboshiError("KB1101", { what }), { findings });
  }
  const opened = openSecrets(outcome.plan, deps.machine);
  if (opened.ok) return opened;
  const findings = findingsOf(deps, opened.error);
  return refuse(new KoboshiError("KB1103", { source: findings[0]?.path ?? "" }), { findings });
}

function unconfirmed({ needsConfirm }: ConfigPlan): KoboshiError {
  const names = needsConfirm.flatMap((loss) => loss.names);
  const listed = names.slice(0, 5).join(", ");
  return new KoboshiError("KB1003", { about: "removal", what: names.length > 5 ? `${listed} …` : listed });
}

interface Storing {
  readonly tried: Tried;
  readonly site: Site;
  readonly plan: ConfigPlan;
}

/** The files change in the transaction that tells of it; should the hub not take it over, they are put back. */
async function store(
  deps: DeskDeps,
  order: Order,
  { tried, site, plan }: Storing,
): Promise<Result<Applied, ConfigRefusal>> {
  const replacements = replacementsOf(tried);
  const written = replacements.map(({ file }) => nameOf(deps, file));
  const applied: Applied = { hash: tried.outcome.hash, plan, written };
  const { actor, reason } = order;
  const data = { summary: summaryOf(plan, reason), files: written, hash: applied.hash, reason };
  let prepared: Prepared | null = null;
  try {
    const files = prepareFiles(replacements);
    prepared = files;
    await deps.ledger.transaction(async (tx) => {
      await tx.append({ kind: "config.edited", actor, incidentId: null, data });
      files.commit();
    });
    await deps.apply(site);
    return ok(applied);
  } catch (thrown) {
    putBack(deps, prepared);
    const error = thrown instanceof KoboshiError ? thrown : new KoboshiError("KB1004", { what: "config" }, thrown);
    deps.log.warn("configuration not written", { code: error.code, error: errorText(thrown) });
    return refuse(error, { plan });
  }
}

function putBack({ log }: DeskDeps, prepared: Prepared | null): void {
  try {
    prepared?.discard();
    prepared?.undo();
  } catch (thrown) {
    log.error("configuration not put back", { error: errorText(thrown) });
  }
}

function replacementsOf({ before, after }: Tried): Replacement[] {
  return after.flatMap(({ name, bytes }) => {
    const was = before.find((one) => one.name === name)?.bytes ?? null;
    return was !== null && Buffer.from(was).equals(bytes) ? [] : [{ file: name, before: was, after: bytes }];
  });
}

/** `+1 ~2 −0: the reason`, the same in every language. */
function summaryOf({ entries }: ConfigPlan, reason: string | null): string {
  const count = (action: ConfigPlan["entries"][number]["action"]): number =>
    entries.filter((entry) => entry.action === action).length;
  const signs = `+${count("added")} ~${count("changed")} −${count("removed")}`;
  return reason === null ? signs : `${signs}: ${reason}`;
}
