import { stringify } from "yaml";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { OwnRecords, Truth } from "../../kernel/ports-audit.ts";

const localAddresses: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/** What becomes of koboshi's own ledger, and the lines that would copy it where others' data are copied already. */
export function ownRecords(site: Site, hubStays: Truth): OwnRecords | null {
  const plans = [...(site.backups?.values() ?? [])];
  if (plans.length === 0) return null;
  const ledger = ledgerOf(site);
  const isCopied = plans.some(({ databases }) =>
    databases.some(({ engine, name }) => engine === "sqlite" && name === ledger),
  );
  return { isCopied, hubStays, lines: isCopied ? null : linesFor(site, plans) };
}

function folderOf({ hub }: Site): string {
  return hub.dataFolder.replace(/\/+$/, "");
}

function ledgerOf(site: Site): string {
  return `${folderOf(site)}/ledger.sqlite`;
}

/** @returns null where no repository lies elsewhere: a folder of some machine is lost with it */
function linesFor(site: Site, plans: readonly BackupPlan[]): string | null {
  const repositories = repositoriesBeside(plans);
  if (repositories.size === 0) return null;
  const here = [...site.hosts.values()].find(({ key, address }) => localAddresses.has(address ?? key));
  const accountKey = `${folderOf(site)}/account-key`;
  const plan = {
    of: {
      host: here?.key ?? "hub",
      paths: ["/etc/koboshi", accountKey],
      databases: [{ sqlite: ledgerOf(site) }],
    },
    allow_missing: [accountKey],
    password: "${file:/etc/koboshi/hub.password}",
    key: { also: ["paper:safe"] },
    at: "40 3 * * *",
    to: [...repositories].map(([place, repo]) => ({ at: place, repo })),
    keep: { daily: 14, weekly: 8 },
    target: { lose_at_most: "24h", back_within: "1h" },
  };
  const hosts = here === undefined ? { hosts: { hub: ownHost(site) } } : {};
  return stringify({ ...hosts, backups: { hub: plan } }, { lineWidth: 0 });
}

function ownHost({ vantages }: Site): object {
  const at = vantages.get("here")?.at ?? null;
  return { ...(at === null ? {} : { at }), address: "127.0.0.1" };
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
