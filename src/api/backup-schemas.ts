import { z } from "zod";
import { runStates } from "../kernel/model/backup.ts";
import { drillPhases, notAskedReasons } from "../kernel/model/recovery.ts";
import { taskKinds } from "./backup-tasks.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });
const Seconds = z.number().nullable();
const Trouble = z.object({ code: z.string(), text: z.string() }).nullable();
const Facts = z.record(z.string(), z.unknown());

const ProgressJson = z.object({
  phase: z.string(),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
  bytesPerSecond: z.number().nullable(),
  leftSeconds: Seconds,
});

export const RunJson = z.object({
  set: z.string(),
  place: z.string(),
  state: z.enum(runStates),
  startedAt: Time,
  endedAt: Time.nullable(),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
  addedBytes: z.number().nullable(),
  trouble: Trouble,
  progress: ProgressJson.nullable(),
});

const DrillSeenJson = z
  .object({
    started: z.array(z.object({ name: z.string(), state: z.enum(["running", "ended", "failed"]), text: z.string() })),
    checks: z.array(
      z.object({
        name: z.string(),
        target: z.string(),
        outcome: z.enum(["up", "degraded", "down", "not-asked"]),
        text: z.string(),
        why: z.enum(notAskedReasons).optional().meta({ description: "of those that were not asked" }),
      }),
    ),
    blocked: z.array(z.object({ address: z.string(), protocol: z.string(), port: z.int() })),
    mails: z.int().meta({ description: "letters the restored system wrote, thrown away" }),
    wipe: z
      .object({ files: z.int(), bytes: z.number(), clean: z.boolean() })
      .nullable()
      .meta({ description: "what was removed at the end; clean: nothing is left" }),
  })
  .optional()
  .meta({ description: "what a drill saw of the restored system" });

const Amount = z.object({ bytes: z.number(), files: z.int() });
const DrillSampleJson = z
  .object({
    taken: Amount.meta({ description: "with the dumps of databases, which are always whole" }),
    whole: Amount,
    allBecause: z
      .enum(["small", "no-list"])
      .nullable()
      .meta({ description: "why nothing was left out; such a drill counts as a full one" }),
    full: z
      .object({ p10: z.number(), p50: z.number(), p90: z.number(), isExtrapolated: z.boolean() })
      .nullable()
      .meta({ description: "seconds a drill of all of it would take; isExtrapolated: the range is a rule of thumb" }),
  })
  .optional()
  .meta({ description: "what a sampled drill took of its copy" });

export const RestoreRunJson = z.object({
  id: z.string(),
  kind: z.enum(["drill", "restore"]),
  plan: z.string(),
  place: z.string(),
  set: z.string(),
  target: z.string(),
  folder: z.string(),
  scope: z.enum(["full", "sampled", "part"]),
  state: z.enum(["running", "done", "failed", "interrupted"]),
  startedAt: Time,
  endedAt: Time.nullable(),
  seconds: Seconds,
  lostSeconds: Seconds,
  phases: z.array(
    z.object({
      phase: z.enum(drillPhases),
      seconds: z.number(),
      bytes: z.number(),
      files: z.number(),
      manualSteps: z.number(),
    }),
  ),
  seen: DrillSeenJson,
  sample: DrillSampleJson,
  trouble: Trouble,
  progress: ProgressJson.nullable(),
});

export const VerificationJson = z.object({
  id: z.string(),
  place: z.string(),
  level: z.int().min(0).max(6).meta({ description: "V0 to V6 of the ladder" }),
  set: z.string().nullable(),
  at: Time,
  seconds: z.number(),
  ok: z.boolean(),
  facts: Facts,
  findings: z.array(z.object({ code: z.string(), severity: z.enum(["broken", "open"]), facts: Facts })),
});

export const ProofJson = z.object({
  place: z.string(),
  at: Time,
  result: z.enum(["refused", "deletable", "inconclusive"]),
  tried: z.array(z.object({ way: z.string(), answer: z.string(), intact: z.boolean() })),
});

const CopyJson = z.object({
  place: z.string(),
  repository: z.string().nullable().meta({ description: "without passwords" }),
  newestAt: Time.nullable().meta({ description: "when its data were as they are in it" }),
  newestSet: z.string().nullable(),
  bytes: z.number().nullable(),
  files: z.number().nullable(),
  foreignAt: Time.nullable().meta({ description: "of another tool's copies; whether they are complete is not known" }),
  level: z.int().min(0).max(6),
  verifiedAt: Time.nullable(),
  readAt: Time.nullable(),
  broken: z.boolean(),
  trouble: Trouble,
  elsewhere: z.boolean().meta({ description: "outside the place, account and provider of its host" }),
  appendOnlyClaimed: z.boolean(),
  deletable: z.boolean().nullable().meta({ description: "by the writer, tried within 31 days; null: not proven" }),
  provenAt: Time.nullable(),
});

/** One backup in a list. */
export const BackupJson = z.object({
  plan: z.string(),
  host: z.string(),
  with: z.enum(["restic", "borg", "external"]),
  verdict: z.enum(["met", "likely", "missed", "unproven"]),
  doubts: z.array(z.string()).meta({ description: "what speaks against it, worst first" }),
  freshness: z.enum(["fresh", "stale", "unknown"]),
  lastGoodAt: Time.nullable(),
  lastGoodPlace: z.string().nullable(),
  verifiedAt: Time.nullable(),
  lastRestore: z
    .object({ id: z.string(), kind: z.enum(["drill", "restore"]), at: Time, seconds: Seconds, scope: z.string() })
    .nullable(),
  backWithinSeconds: Seconds,
  loseAtMostSeconds: Seconds,
  copiesElsewhere: z.int(),
  nextAt: Time.nullable(),
  drillDueAt: Time.nullable(),
  drillOverdue: z.boolean(),
  running: z.array(RunJson),
  copies: z.array(CopyJson),
});

/** One backup with all that is known of it. */
export const BackupDetailJson = BackupJson.extend({
  paths: z.array(z.string()),
  databases: z.array(z.string()),
  at: z.string().nullable().meta({ description: "as in a crontab, in the site's zone" }),
  runs: z.array(RunJson),
  sets: z.array(
    z.object({
      set: z.string(),
      place: z.string(),
      at: Time.nullable(),
      bytes: z.number(),
      files: z.number(),
      quarantined: z.boolean().meta({ description: "a verification found it broken: a restore refuses it" }),
    }),
  ),
  verifications: z.array(VerificationJson),
  proofs: z.array(ProofJson),
  restores: z.array(RestoreRunJson),
});

export const OutlookJson = z.object({
  set: z.string(),
  at: Time.nullable(),
  place: z.string(),
  target: z.string(),
  folder: z.string(),
  bytes: z.number(),
  files: z.number(),
  inTheWay: z.array(z.string()),
  freeBytes: z.number().nullable(),
  expectedSeconds: z.object({ p10: z.number(), p50: z.number(), p90: z.number().nullable() }).nullable(),
});

export const TaskJson = z.object({
  task: z.string(),
  kind: z.enum(taskKinds),
  plan: z.string(),
  state: z.enum(["running", "done", "failed"]),
  startedAt: Time,
  verifications: z.array(VerificationJson),
  proofs: z.array(ProofJson),
  sets: z.array(z.string()).meta({ description: "ids of what a run wrote, one for each place" }),
  error: z.object({ code: z.string(), message: z.string(), fix: z.string() }).nullable(),
});
