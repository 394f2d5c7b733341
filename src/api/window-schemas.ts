import { z } from "zod";
import { aftercareResults } from "../kernel/model/aftercare.ts";
import { windowOrigins, windowStates } from "../kernel/model/window.ts";
import { repairStates } from "../kernel/ports-prevent.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });
const Facts = z.record(z.string(), z.unknown());
const Told = z.object({ ja: z.string(), en: z.string() });

const CourseJson = z.object({
  startedAt: Time.nullable(),
  backAt: Time.nullable().meta({ description: "every target had been back for three rounds" }),
  early: z.boolean(),
  overrunAt: Time.nullable(),
  wentDown: z.array(z.string()),
  rebooted: z.array(z.string()),
  pausedSeconds: z.record(z.string(), z.number()).meta({ description: "stood still without a reboot, by host" }),
  timesLostAgain: z.int(),
  otherMachine: z.record(z.string(), z.enum(["replaced", "moved", "rekeyed", "cloned"])),
});

export const WindowJson = z.object({
  id: z.int(),
  version: z.int().meta({ description: "raised when it is moved" }),
  state: z.enum(windowStates),
  origin: z.enum(windowOrigins),
  reference: z.string().nullable(),
  title: z.string(),
  start: Time,
  end: Time,
  lengthSeconds: z.number(),
  timeZone: z.string().meta({ description: "in which its times were said" }),
  targets: z.array(z.string()),
  hosts: z.array(z.string()),
  services: z.array(z.string()),
  alternate: z.string().nullable(),
  public: z.boolean(),
  checksWanted: z.array(z.string()).meta({ description: "empty: all" }),
  course: CourseJson,
  held: z.int().meta({ description: "alarms held so far" }),
  createdAt: Time,
  createdBy: z.string(),
  closedAt: Time.nullable(),
  signature: z
    .object({ by: z.string(), at: Time, reason: z.string(), waived: z.array(z.string()) })
    .nullable()
    .meta({ description: "null: everything passed, or it is not closed" }),
});

export const HeldJson = z.object({
  count: z.int().meta({ description: "alarms held, of all subjects" }),
  items: z.array(
    z.object({
      subject: z.string().meta({ description: "`service:shop`" }),
      count: z.int(),
      newestAt: Time,
      open: z.boolean().meta({ description: "one of them is still so" }),
    }),
  ),
  next: z.string().nullable(),
});

export const FindingJson = z.object({
  window: z.int(),
  host: z.string(),
  check: z.string(),
  name: Told,
  text: Told.meta({ description: "what was found, in a sentence" }),
  weight: z.enum(["critical", "warning", "info"]),
  result: z.enum(aftercareResults).meta({ description: "`unobserved` never passes" }),
  at: Time,
  comparedSince: Time.nullable().meta({ description: "null: there was nothing to compare with" }),
  facts: Facts,
  items: z.array(z.string()),
  blockedBy: z.array(z.string()).meta({ description: "checks that have to be mended first" }),
  repairs: z.array(z.object({ id: z.string(), title: Told })),
});

export const FindingsJson = z.object({
  items: z.array(FindingJson),
  next: z.string().nullable(),
  checking: z.boolean().meta({ description: "everything is being looked at anew now" }),
});

export const RepairJson = z.object({
  id: z.int(),
  window: z.int().nullable(),
  host: z.string(),
  repair: z.string(),
  title: Told,
  state: z.enum(repairStates),
  sha256: z.string().meta({ description: "of the exact commands; what was read is what may be approved" }),
  safeTwice: z.boolean().nullable().meta({ description: "null: nobody knows" }),
  warnings: z.array(Told),
  offeredAt: Time,
  approvedBy: z.string().nullable(),
  approvedAt: Time.nullable(),
  reason: z.string().nullable().meta({ description: "why a person does not want it" }),
  steps: z.array(
    z.object({
      id: z.string(),
      says: Told,
      command: z.string(),
      expects: z.string().nullable(),
      timeoutSeconds: z.number(),
      undo: z.string().nullable().meta({ description: "null: nothing takes it back" }),
      state: z.enum(["waiting", "running", "done", "failed", "unknown"]),
      code: z.int().nullable(),
      output: z.string(),
      trouble: Told.nullable().meta({ description: "why it is not done" }),
      at: Time.nullable(),
    }),
  ),
});

const longestText = 200;
const mostTargets = 500;

export const NewWindowJson = z.object({
  title: z.string().trim().min(1).max(longestText),
  start: z.string().max(60).meta({ description: "`2026-11-26T02:00` or `02:00` in its zone, or RFC 3339" }),
  end: z
    .string()
    .max(60)
    .nullish()
    .meta({ description: "as the start, or `+3h`; without one it is refused with one that is offered" }),
  timeZone: z.string().max(60).nullish().meta({ description: "IANA; the site's when it is left out" }),
  for: z.array(z.string().max(longestText)).min(1).max(mostTargets).meta({ description: "`host:web1`, `shop` …" }),
  alternate: z.string().max(longestText).nullish(),
  public: z.boolean().default(false),
  checks: z.array(z.string().max(60)).max(60).default([]).meta({ description: "groups of checks; empty: all" }),
});

export const MoveJson = z.object({ start: z.string().max(60), end: z.string().max(60) });
export const ReasonJson = z.object({ reason: z.string().max(2_000).default("") });
export const ApprovalJson = z.object({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: "of the commands as they were shown; KB7201 when they are others now" }),
});
