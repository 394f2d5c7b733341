import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { CopyState, ForeignCopy, Verification } from "../../kernel/model/recovery.ts";
import type { Result } from "../../kernel/result.ts";
import type { Site } from "../../kernel/model/site.ts";
import { ownTag } from "../sets/tags.ts";
import { readWritten } from "../retention/rules.ts";
import type { ListedSnapshot } from "../retention/keeper.ts";
import { gatherCopies, type CopyGroup } from "./gather.ts";
import { suggestYaml, type AdoptedRepository } from "./suggest.ts";

/** What can be said of copies without a commit record, whatever is done with them. */
export const foreignVerdict = {
  /** every stored byte can be proven to be as written; that the right things were written cannot */
  mostLevel: 3,
  /** whether all that should be in it is in it */
  isComplete: "unknown",
} as const;

/** One source found in a repository, with what the configuration would say of it. */
export interface AdoptableGroup extends CopyGroup {
  readonly yaml: string;
  readonly verdict: typeof foreignVerdict;
}

/** restic's snapshots that are not our own sets, newest first. */
export function foreignSnapshots(snapshots: readonly ListedSnapshot[]): readonly ForeignCopy[] {
  return snapshots
    .filter(({ tags }) => !tags.includes(ownTag))
    .flatMap(({ id, time, host, tags, paths }): readonly ForeignCopy[] => {
      const atMs = readWritten(time)?.atMs;
      return atMs === undefined ? [] : [{ id, atMs, host, paths, tags, name: null }];
    })
    .toSorted((a, b) => b.atMs - a.atMs);
}

/** What is in a repository that others have written, ready to be taken over. */
export function adoptable(
  copies: readonly ForeignCopy[],
  repository: AdoptedRepository,
  { site, nowMs }: { readonly site: Pick<Site, "hosts" | "timeZone">; readonly nowMs: number },
): readonly AdoptableGroup[] {
  return gatherCopies(copies, { nowMs, timeZone: site.timeZone }).map((group) => ({
    ...group,
    yaml: suggestYaml(group, repository, site),
    verdict: foreignVerdict,
  }));
}

const mostListed = 500;

/** The state of an adopted repository after a reading. Without an answer the copies known before stay. */
export function adoptedState(
  before: Pick<CopyState, "plan" | "place"> & Partial<CopyState>,
  read: Result<readonly ForeignCopy[], { readonly code: string; readonly text: string }>,
  {
    clock,
    paths,
    hosts,
  }: {
    readonly clock: Clock;
    readonly paths: readonly string[];
    /** everything the plan's host is called: its key, its address */
    readonly hosts: readonly string[];
  },
): CopyState {
  const known = {
    plan: before.plan,
    place: before.place,
    sets: [],
    verified: before.verified ?? ([] as readonly Verification[]),
    proof: null,
  };
  if (!read.ok) return { ...known, readAt: before.readAt ?? null, trouble: read.error, foreign: before.foreign ?? [] };
  const foreign = read.value.filter((copy) => isOfPlan(copy, paths, hosts)).slice(0, mostListed);
  return { ...known, readAt: stampNow(clock), trouble: null, foreign };
}

/** A plan without paths takes all of its host; a repository of one host needs no name. */
function isOfPlan(copy: ForeignCopy, paths: readonly string[], hosts: readonly string[]): boolean {
  const names = new Set([copy.host, copy.host.split(".")[0] ?? ""]);
  if (copy.host !== "" && !hosts.some((host) => names.has(host))) return false;
  const own = copy.paths.map((path) => path.replace(/\/+$/, ""));
  return paths.length === 0 || own.length === 0 || paths.every((path) => own.some((one) => isWithin(path, one)));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || folder === "";
}
