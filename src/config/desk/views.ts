import { unifiedDiff } from "../diff.ts";
import type { Finding } from "../finding.ts";
import { checkConfigSources, type LoadOutcome } from "../load.ts";
import { maskSpans } from "../mask.ts";
import { planOf, type ConfigPlan } from "../plan.ts";
import { openSecrets } from "../secrets.ts";
import type { Change } from "./change.ts";
import { findingsOf, modeOf, nameOf, tryOut, type DeskDeps, type Tried, type Version } from "./versions.ts";

export interface ConfigFile {
  /** from the folder of the configuration: `koboshi.yml`, `koboshi.d/web.yml` */
  readonly name: string;
  /** secrets masked */
  readonly text: string;
}

/** The configuration as its files say now, beside what runs. */
export interface ConfigView {
  readonly mode: "here" | "git";
  /** the file's own path */
  readonly path: string;
  readonly files: readonly ConfigFile[];
  /** over all files; empty when there is none */
  readonly hash: string;
  readonly runningHash: string;
  readonly findings: readonly Finding[];
  /** the values as written; null when they cannot be read */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/** What a change would come to; nothing is stored. */
export interface Proposal {
  readonly mode: "here" | "git";
  /** of the files the change starts from */
  readonly baseHash: string;
  readonly hash: string;
  readonly findings: readonly Finding[];
  /** null when the result must not be used */
  readonly plan: ConfigPlan | null;
  /** unified, against the folder of the configuration, secrets masked */
  readonly patch: string;
  /** a masked secret inside the patch makes it unfit for `git apply` */
  readonly applicable: boolean;
}

/** A file in three versions, secrets masked; null: not known, or not there. */
export interface Conflict {
  readonly name: string;
  /** when the person opened it */
  readonly base: string | null;
  /** now */
  readonly theirs: string | null;
  /** with the person's change */
  readonly mine: string | null;
}

export function viewOf(deps: DeskDeps, outcome: LoadOutcome | null): ConfigView {
  return {
    mode: modeOf(deps),
    path: deps.configPath,
    files: outcome === null ? [] : maskedFiles(deps, outcome),
    hash: outcome?.hash ?? "",
    runningHash: deps.current().hash,
    findings: findingsOf(deps, outcome?.findings ?? []),
    values: outcome?.merged?.value ?? null,
  };
}

function maskedFiles(deps: DeskDeps, { sources }: LoadOutcome): ConfigFile[] {
  return sources.map(({ name, text, hidden }) => ({ name: nameOf(deps, name), text: maskSpans(text, hidden) }));
}

export function proposalOf(deps: DeskDeps, { old, outcome }: Tried): Proposal {
  const patch = patchOf(deps, old, outcome);
  return {
    mode: modeOf(deps),
    baseHash: old?.hash ?? "",
    hash: outcome.hash,
    findings: findingsOf(deps, outcome.findings),
    plan: planFor(deps, outcome),
    patch: patch.text,
    applicable: patch.applicable,
  };
}

/** Against what runs; secrets that cannot be opened here and now are compared by where they come from. */
function planFor(deps: DeskDeps, { plan }: LoadOutcome): ConfigPlan | null {
  if (plan === null) return null;
  const opened = openSecrets(plan, deps.machine);
  return planOf(deps.current(), opened.ok ? opened.value : plan.site);
}

function patchOf(
  deps: DeskDeps,
  old: LoadOutcome | null,
  outcome: LoadOutcome,
): { readonly text: string; readonly applicable: boolean } {
  const diff = (masked: boolean): string =>
    unifiedDiff(
      outcome.sources.map((source) => {
        const was = old?.sources.find(({ name }) => name === source.name);
        const version = (one: typeof source): { text: string; shown: string } => ({
          text: one.text,
          shown: masked ? maskSpans(one.text, one.hidden) : one.text,
        });
        return {
          name: nameOf(deps, source.name),
          before: was === undefined ? null : version(was),
          after: version(source),
        };
      }),
    );
  const text = diff(true);
  return { text, applicable: text === diff(false) };
}

interface Versions {
  readonly base: Version | null;
  readonly theirs: Version;
  readonly change: Change;
}

export function conflictOf(deps: DeskDeps, { base, theirs, change }: Versions): Conflict[] {
  const mine = base === null ? null : tryOut(deps, base, change);
  const texts = (version: Version | null): ReadonlyMap<string, string> =>
    new Map(
      version === null || version.length === 0
        ? []
        : maskedFiles(deps, checkConfigSources(version, { machine: deps.machine })).map(({ name, text }) => [
            name,
            text,
          ]),
    );
  const [was, now] = [texts(base), texts(theirs)];
  const wanted = texts(mine?.ok === true ? mine.value.after : null);
  const names = [...new Set([...was.keys(), ...now.keys(), ...wanted.keys()])];
  return names
    .map((name) => ({
      name,
      base: was.get(name) ?? null,
      theirs: now.get(name) ?? null,
      mine: wanted.get(name) ?? null,
    }))
    .filter((one) => new Set([one.base, one.theirs, one.mine]).size > 1);
}
