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
  /** The machine on which the repository's files lie, with their folder; null: none that koboshi works on. @throws as `of` */
  holderOf(
    plan: BackupPlan,
    target: BackupTarget,
  ): Promise<{ readonly machine: Machine; readonly folder: string } | null>;
}

const ownNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

export function createMachines({ clock, site }: { readonly clock: Clock; site(): Site }): Machines {
  const here = createLocalWorkplace({ clock });
  const ours: Machine = { workplace: here, close: () => Promise.resolve() };
  const reach = async (host: Host, refuse: (why: string) => never): Promise<Machine> => {
    if (isHere(host)) return ours;
    const { address, user, port, hostKey, privateKey } = host;
    if (address === null || user === null || privateKey === null) return refuse(`${host.key}: address, user, key`);
    const name = `host:${host.key}`;
    const reached = await createSshWorkplace({ clock, name, address, port, user, privateKey, hostKey });
    if (!reached.ok) return refuse(`${host.key}: ${reached.error.reason} ${reached.error.seen}`);
    return { workplace: reached.value, close: () => reached.value.close() };
  };
  const of = async (plan: BackupPlan, place: string): Promise<Machine> => {
    if (plan.own === true) return ours;
    const host = site().hosts.get(plan.host);
    const refuse = refusing(plan, place);
    return host === undefined ? refuse(`host ${plan.host}`) : reach(host, refuse);
  };
  return {
    here,
    of,
    readerOf: (plan, target) => (isFolder(target) ? of(plan, target.at) : Promise.resolve(ours)),
    async holderOf(plan, target) {
      const { repo, at } = target;
      if (repo === null) return null;
      if (isFolder(target)) return { machine: await of(plan, at), folder: repo.replace(/^local:/, "") };
      const [, address, folder] = sftpForm.exec(repo) ?? [];
      const host = [...site().hosts.values()].find((one) => (one.address ?? one.key) === address);
      if (host === undefined || folder === undefined || host.user === null || host.privateKey === null) return null;
      return { machine: await reach(host, refusing(plan, at)), folder };
    },
  };
}

/** `sftp:user@host:/folder` or `sftp://user@host:port//folder`, with an absolute folder. */
const sftpForm = /^sftp:(?:\/\/)?(?:[^@/]+@)?([^:/]+)(?::\d+)?[:/](\/.+)$/;

function refusing(plan: BackupPlan, place: string): (why: string) => never {
  return (why) => {
    throw new KoboshiError("KB8020", { plan: plan.key, place, why });
  };
}

function isHere({ key, address }: Host): boolean {
  return ownNames.has(address ?? key);
}

function isFolder({ repo }: BackupTarget): boolean {
  return repo !== null && (repo.startsWith("/") || repo.startsWith("local:"));
}
