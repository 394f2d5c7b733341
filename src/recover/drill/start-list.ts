import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Workplace } from "../workplace/workplace.ts";

/** What makes the application come up. */
interface StartList {
  /** units (`shop.service`) and commands, in order */
  readonly names: readonly string[];
  /** said by a person: each of them has to come up. Otherwise found in the copy, where the checks decide */
  readonly isSaid: boolean;
}

/** On koboshi's own machine only what was said is started: it need not have the application's programs. */
function saidToStart(site: Site, plan: BackupPlan, isSpareHost: boolean): readonly string[] {
  const { start = [] } = plan.drill ?? {};
  if (start.length > 0) return start;
  const units = isSpareHost ? (site.hosts.get(plan.host)?.look?.watch.units ?? []) : [];
  return units.filter((unit) => !isOwn(plan, unit)).map((unit) => (unit.includes(".") ? unit : `${unit}.service`));
}

/** What will be started of a copy, as far as it can be told before it is there. @param wanted units that it switches on */
export function startNames(
  { site, plan, isSpareHost }: { readonly site: Site; readonly plan: BackupPlan; readonly isSpareHost: boolean },
  wanted: readonly string[],
): readonly string[] {
  const said = saidToStart(site, plan, isSpareHost);
  return said.length > 0 || !isSpareHost ? said : wanted.filter((name) => !isOwn(plan, name));
}

/** Units that the copy has switched on and the empty machine has not. $1: the copy's folder. */
const script = String.raw`for u in "$1"/etc/systemd/system/*.wants/*.service; do
  [ -h "$u" ] || [ -e "$u" ] || continue
  n=$(basename "$u"); w=$(basename "$(dirname "$u")")
  [ -h "/etc/systemd/system/$w/$n" ] || [ -e "/etc/systemd/system/$w/$n" ] || echo "$n"
done | sort -u | head -n 40`;

export async function startList(
  { site, plan, isSpareHost }: { readonly site: Site; readonly plan: BackupPlan; readonly isSpareHost: boolean },
  { inside, root }: { readonly inside: Workplace; readonly root: string },
): Promise<StartList> {
  const said = saidToStart(site, plan, isSpareHost);
  if (said.length > 0 || !isSpareHost) return { names: said, isSaid: true };
  const found = await inside.run({ argv: ["sh", "-c", script, "koboshi-drill", root] }, { timeoutMs: 60_000 });
  const names = found.stdout.split("\n").filter((name) => name !== "" && !isOwn(plan, name));
  return { names, isSaid: false };
}

/** Schedules stay silent in a drill, and servers of databases are the drill's own. */
const neverStarted = /^(?:cron|crond|anacron|atd|ssh|sshd|systemd-[a-z-]+)(?:@[^.]*)?(?:\.|$)|\.timer$/;
const servers: Readonly<Record<BackupPlan["databases"][number]["engine"], RegExp>> = {
  postgres: /^postgres/,
  mysql: /^(?:mysql|mariadb)/,
  mariadb: /^(?:mysql|mariadb)/,
  sqlite: /^$/,
};

function isOwn({ databases }: BackupPlan, unit: string): boolean {
  return neverStarted.test(unit) || databases.some(({ engine }) => servers[engine].test(unit));
}
