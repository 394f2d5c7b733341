import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { RepairRun } from "../kernel/ports-prevent.ts";
import { err, type Result } from "../kernel/result.ts";
import type { connectSsh } from "../clients/ssh.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { repairHash } from "./canonical.ts";
import { bindingOf, hostOf, pinnedKeyOf, wayTo, type NoWay, type Way } from "./reach.ts";
import type { Patience } from "./run-step.ts";

export interface HandsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  /** takes secrets out of foreign text */
  mask(text: string): string;
  readonly connect: typeof connectSsh;
  /** where steps are claimed on the machines, absolute */
  readonly stepsFolder: string;
  readonly patience: Patience;
  /** how often a machine is asked what became of a step that nobody knew the end of */
  readonly askAgainMs: number;
}

/** The way to a repair's machine and the hash of what would run there now. */
export async function wayOf(
  { ledger, site }: Pick<HandsDeps, "ledger" | "site">,
  { host: key, repair }: Pick<RepairRun, "host" | "repair">,
): Promise<{ readonly way: Result<Way, NoWay>; readonly sha256: string }> {
  const host = hostOf(site(), key);
  const pinned = host === null ? null : await pinnedKeyOf(ledger, host);
  const sha256 = repairHash(key, bindingOf(host, pinned), repair);
  return { way: host === null ? err("keys.act") : wayTo(host, pinned), sha256 };
}
