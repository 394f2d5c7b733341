import { errorText } from "../../kernel/errors.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import { readFacts, type Known } from "../drill/facts.ts";
import type { Works } from "./deps.ts";
import type { Machine } from "./machines.ts";

/**
 * What every machine of the site shows of itself that can be read, but for the target's own. For a spare host this machine
 * counts, too, under every name the file has for it.
 * @throws KoboshiError KB8020 when the host of a backup cannot be looked at: what is not known cannot be told from the
 * target; others that cannot be read are left to the keys and addresses the file has of them
 */
export async function knownHosts(works: Works, plan: BackupPlan, target: string): Promise<readonly Known[]> {
  const site = works.site();
  const plans = [...(site.backups?.values() ?? [])];
  const sources = new Map(plans.map((one) => [one.host, one]));
  const others = [...site.hosts.values()].filter(({ user, privateKey }) => user !== null && privateKey !== null);
  const keys = new Set([...sources.keys(), ...others.map(({ key }) => key)]);
  const hub: Known[] = target === "localhost" ? [] : [{ host: "koboshi", ...(await readFacts(works.machines.here)) }];
  const found = await Promise.all(
    [...keys]
      .filter((key) => `host:${key}` !== target)
      .map(async (key): Promise<readonly Known[]> => {
        const source = sources.get(key);
        try {
          return await readHost(works, source ?? asOf(plan, key), hub);
        } catch (thrown) {
          if (source !== undefined) throw thrown;
          works.log.info("host not looked at before a drill", { host: key, error: errorText(thrown) });
          return [];
        }
      }),
  );
  return [...hub, ...found.flat()];
}

/** A plan as if it copied from another host, by which that host is entered; koboshi's own plan knows only its own machine. */
export function asOf({ own: _own, ...plan }: BackupPlan, host: string): BackupPlan {
  return { ...plan, host };
}

async function readHost(works: Works, plan: BackupPlan, [hub]: readonly Known[]): Promise<readonly Known[]> {
  const machine: Machine = await works.machines.of(plan, plan.to[0]?.at ?? "");
  if (machine.workplace === works.machines.here) return hub === undefined ? [] : [{ ...hub, host: plan.host }];
  try {
    return [{ host: plan.host, ...(await readFacts(machine.workplace)) }];
  } finally {
    await machine.close();
  }
}

const mostNames = 200;
const resolveScript = 'for n in "$@"; do getent ahosts "$n" | while read -r a _; do echo "$n $a"; done; done';

/** As this machine resolves them, its hosts file and DNS alike. */
export async function resolveNames(
  { machines }: Pick<Works, "machines">,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const words = names.slice(0, mostNames);
  const answer = await machines.here.run(
    { argv: ["sh", "-c", resolveScript, "koboshi-drill", ...words] },
    { timeoutMs: 60_000 },
  );
  const found = new Map<string, string[]>();
  for (const line of answer.stdout.split("\n")) {
    const [name = "", address = ""] = line.split(" ");
    if (address !== "") found.set(name, [...(found.get(name) ?? []), address]);
  }
  return found;
}
