import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { Host, Site } from "../../kernel/model/site.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { createLocalWorkplace } from "../workplace/local.ts";
import { createSshWorkplace } from "../workplace/ssh.ts";

/** A machine to work on, until it is closed. */
export interface Machine {
  readonly workplace: Workplace;
  close(): Promise<void>;
}

export interface Machines {
  /** this machine */
  readonly here: Workplace;
  /** @throws KoboshiError KB8020 when the plan's host cannot be reached as the file says */
  of(plan: BackupPlan, place: string): Promise<Machine>;
  /** Where the target can be read: a folder lies on the plan's host, everything else is reached from here. @throws as `of` */
  readerOf(plan: BackupPlan, target: BackupTarget): Promise<Machine>;
}

const ownNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

export function createMachines({ clock, site }: { readonly clock: Clock; site(): Site }): Machines {
  const here = createLocalWorkplace({ clock });
  const ours: Machine = { workplace: here, close: () => Promise.resolve() };
  const of = async (plan: BackupPlan, place: string): Promise<Machine> => {
    const host = site().hosts.get(plan.host);
    const refuse = (why: string): never => {
      throw new KoboshiError("KB8020", { plan: plan.key, place, why });
    };
    if (host === undefined) return refuse(`host ${plan.host}`);
    if (isHere(host)) return ours;
    const { address, user, port, hostKey, privateKey } = host;
    if (address === null || user === null || privateKey === null) return refuse(`${plan.host}: address, user, key`);
    const name = `host:${host.key}`;
    const reached = await createSshWorkplace({ clock, name, address, port, user, privateKey, hostKey });
    if (!reached.ok) return refuse(`${plan.host}: ${reached.error.reason} ${reached.error.seen}`);
    return { workplace: reached.value, close: () => reached.value.close() };
  };
  return { here, of, readerOf: (plan, target) => (isFolder(target) ? of(plan, target.at) : Promise.resolve(ours)) };
}

function isHere({ key, address }: Host): boolean {
  return ownNames.has(address ?? key);
}

function isFolder({ repo }: BackupTarget): boolean {
  return repo !== null && (repo.startsWith("/") || repo.startsWith("local:"));
}
