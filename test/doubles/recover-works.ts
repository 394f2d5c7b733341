import fs from "node:fs";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { BackupPlan } from "../../src/kernel/model/backup.ts";
import { createRunLimits } from "../../src/recover/desk/limits.ts";
import type { Works } from "../../src/recover/desk/deps.ts";
import { createMachines } from "../../src/recover/desk/machines.ts";
import { createKnownRecords } from "../../src/recover/desk/read-copies.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { unlooked } from "./bare-site.ts";
import type { RecoverBench } from "./recover-bench.ts";
import { createMemory } from "./recover-memory.ts";
import { siteWith } from "./recover-plan.ts";

/** The stage's works on this machine, with a ledger of their own below the bench's folder; `web1` is this machine. */
export async function recoverWorks(bench: RecoverBench, plan: BackupPlan): Promise<Works & { close(): Promise<void> }> {
  const clock = createSystemClock();
  const folder = path.join(bench.folder, "hub");
  fs.mkdirSync(folder, { recursive: true });
  const ledger = await openLedger({ folder, clock, log: bench.deps.log });
  const here = { key: "web1", at: null, address: "127.0.0.1", segment: null, user: null, port: 22, hostKey: null };
  const site = siteWith([plan], { hosts: new Map([["web1", { ...unlooked, ...here, privateKey: null }]]) });
  return {
    clock,
    log: bench.deps.log,
    ledger,
    site: () => site,
    folder,
    take: () => Promise.resolve(),
    machines: createMachines({ clock, site: () => site }),
    memory: createMemory(),
    limits: createRunLimits(),
    recordsAt: createKnownRecords(),
    say: () => undefined,
    close: () => ledger.close(),
  };
}
