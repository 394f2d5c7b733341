import { stringify } from "yaml";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { OwnRecords, Truth } from "../../kernel/ports-audit.ts";

/** What becomes of koboshi's own ledger, and the lines that would copy it where others' data are copied already. */
export function ownRecords(site: Site, hubStays: Truth): OwnRecords | null {
  const plans = [...(site.backups?.values() ?? [])];
  if (plans.length === 0) return null;
  const isCopied = copiesOwn(site, plans);
  return { isCopied, hubStays, lines: isCopied ? null : linesFor(site, plans) };
}

/** Whether some plan copies koboshi's ledger. */
export function copiesOwn({ hub }: Site, plans: Iterable<BackupPlan>): boolean {
  const ledger = `${hub.dataFolder.replace(/\/+$/, "")}/ledger.sqlite`;
  return [...plans].some(
    ({ own, databases }) =>
      own === true || databases.some(({ engine, name }) => engine === "sqlite" && name === ledger),
  );
}

/** @returns null where no repository lies elsewhere: a folder of some machine is lost with it */
function linesFor({ hosts }: Site, plans: readonly BackupPlan[]): string | null {
  const repositories = repositoriesBeside(plans);
  // a host of that name is a machine like others
  if (repositories.size === 0 || hosts.has("hub")) return null;
  const plan = {
    of: { host: "hub" },
    password: "${file:/etc/koboshi/hub.password}",
    key: { also: ["paper:safe"] },
    to: [...repositories].map(([place, repo]) => ({ at: place, repo })),
    keep: { daily: 14, weekly: 8 },
    target: { lose_at_most: "25h", back_within: "1h" },
  };
  return stringify({ backups: { koboshi: plan } }, { lineWidth: 0 });
}

/** By place: where one more repository would lie beside those that koboshi writes already. */
function repositoriesBeside(plans: readonly BackupPlan[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const own = plans.filter((plan) => plan.with === "restic").flatMap(({ to }) => to);
  for (const { at, repo, adopt } of own) {
    const beside = adopt || repo === null ? null : besideOf(repo);
    if (beside !== null && !found.has(at)) found.set(at, beside);
  }
  return found;
}

/** A repository beside the other one, without the credentials in its address; null for a folder of a machine. */
function besideOf(repo: string): string | null {
  if (repo.startsWith("/") || repo.startsWith("local:")) return null;
  const bare = repo.replace(/^(rest:https?:\/\/)[^@/]*@/, "$1");
  const [, parent, slash = ""] = /^(.*[:/])[^/:]+(\/?)$/.exec(bare) ?? [];
  return parent === undefined || /^[a-z0-9]+:$/.test(parent) || parent.endsWith("//") ? null : `${parent}hub${slash}`;
}
