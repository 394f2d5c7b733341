import { z } from "zod";
import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { Verification } from "../../kernel/model/recovery.ts";
import { createVerifier } from "../verify/ladder.ts";
import type { Works } from "./deps.ts";

const dayMs = 86_400_000;
/** Everything is read again within this; in between, what the place's file system calls new. */
const fullEveryMs = 30 * dayMs;

/** `lastAtMs`: until when new files were read; `fullAtMs`: when all were. Unix epoch, of the hub's clock. */
const scrubShape = z.object({
  configSha256: z.string().nullable(),
  lastAtMs: z.number(),
  fullAtMs: z.number().nullable(),
});

/** A clock of the place that is behind hides nothing. */
const clockMarginMs = dayMs;

/**
 * Reads the repository's files where they lie, when that is a machine koboshi works on: no key is needed, and nothing goes
 * over the line. @returns null when there is nothing to say: no such machine, or new files were read and are whole, which
 * says nothing of the others
 */
export async function scrubAtPlace(works: Works, plan: BackupPlan, target: BackupTarget): Promise<Verification | null> {
  const { clock, memory, machines } = works;
  const holding = await machines.holderOf(plan, target);
  if (holding === null) return null;
  const { machine, folder } = holding;
  try {
    const name = `scrub.${plan.key}.${target.at}`;
    const known = (await memory.get(name, scrubShape)) ?? { configSha256: null, lastAtMs: 0, fullAtMs: null };
    const nowMs = clock.nowMs();
    const isFull = known.fullAtMs === null || nowMs - known.fullAtMs >= fullEveryMs;
    const { verification, configSha256 } = await createVerifier({ clock }).scrub(
      { plan: plan.key, place: target.at },
      {
        workplace: machine.workplace,
        folder,
        sinceMs: isFull ? null : known.lastAtMs - clockMarginMs,
        configSha256: known.configSha256,
      },
    );
    if (verification.ok || isOnlyNew(verification))
      await memory.put(name, { configSha256, lastAtMs: nowMs, fullAtMs: isFull ? nowMs : known.fullAtMs });
    return verification.ok && !isFull ? null : verification;
  } finally {
    await machine.close();
  }
}

/** The first look has nothing to compare the configuration with: that is no trouble of its own. */
function isOnlyNew({ findings }: Verification): boolean {
  return findings.every(({ code }) => code === "config-unknown");
}
