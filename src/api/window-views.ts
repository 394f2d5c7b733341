import type { z } from "zod";
import type { Stamp } from "../kernel/clock.ts";
import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { AftercareFinding } from "../kernel/model/aftercare.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Window, WindowCourse } from "../kernel/model/window.ts";
import type { HeldSubject, RepairRun, RepairStepRun } from "../kernel/ports-prevent.ts";
import { rfc3339 } from "../words/format.ts";
import { repairTrouble } from "../words/repairs.ts";
import { checkName } from "../words/window-checks.ts";
import { findingSentence } from "../words/window-findings.ts";
import type { FindingJson, HeldJson, RepairJson, WindowJson } from "./window-schemas.ts";

type Zoned = Pick<Site, "timeZone">;

export function windowView(window: Window, { timeZone }: Zoned): z.input<typeof WindowJson> {
  const at = (stamp: Stamp | null): string | null => (stamp === null ? null : rfc3339(stamp.atMs, timeZone));
  const { signature } = window;
  return {
    id: window.id,
    version: window.version,
    state: window.state,
    origin: window.origin,
    reference: window.reference,
    title: window.title,
    start: rfc3339(window.startMs, timeZone),
    end: rfc3339(window.endMs, timeZone),
    lengthSeconds: (window.endMs - window.startMs) / 1_000,
    timeZone: window.timeZone,
    targets: [...window.targets],
    hosts: [...window.hosts],
    services: [...window.services],
    alternate: window.alternate,
    public: window.isPublic,
    checksWanted: [...window.checksWanted],
    course: courseView(window.course, at),
    held: window.heldSignals,
    createdAt: rfc3339(window.createdAt.atMs, timeZone),
    createdBy: window.createdBy,
    closedAt: at(window.closedAt),
    signature:
      signature === null
        ? null
        : {
            by: signature.by,
            at: rfc3339(signature.at.atMs, timeZone),
            reason: signature.reason,
            waived: [...signature.waived],
          },
  };
}

export function heldView(held: readonly HeldSubject[], { timeZone }: Zoned): z.input<typeof HeldJson> {
  return {
    count: held.reduce((sum, { count }) => sum + count, 0),
    items: held.map(({ subject, count, newestAt, isOpen }) => ({
      subject,
      count,
      newestAt: rfc3339(newestAt.atMs, timeZone),
      open: isOpen,
    })),
    next: null,
  };
}

function courseView(
  course: WindowCourse,
  at: (stamp: Stamp | null) => string | null,
): z.input<typeof WindowJson>["course"] {
  const paused = Object.entries(course.pausedMs).map(([host, ms]) => [host, ms / 1_000] as const);
  return {
    startedAt: at(course.startedAt),
    backAt: at(course.backAt),
    early: course.isEarly,
    overrunAt: at(course.overrunAt),
    wentDown: [...course.wentDown],
    rebooted: [...course.rebooted],
    pausedSeconds: Object.fromEntries(paused),
    timesLostAgain: course.timesLostAgain,
    otherMachine: { ...course.otherMachine },
  };
}

export function findingView(finding: AftercareFinding, { timeZone }: Zoned): z.input<typeof FindingJson> {
  return {
    window: finding.windowId,
    host: finding.host,
    check: finding.check,
    name: both((lang) => checkName(finding.check, lang)),
    text: both((lang) => findingSentence(finding, { timeZone, lang })),
    weight: finding.weight,
    result: finding.result,
    at: rfc3339(finding.at.atMs, timeZone),
    comparedSince: finding.comparedSince === null ? null : rfc3339(finding.comparedSince.atMs, timeZone),
    facts: { ...finding.facts },
    items: [...finding.items],
    blockedBy: [...finding.blockedBy],
    repairs: finding.repairs.map(({ id, title }) => ({ id, title: { ...title } })),
  };
}

function both(say: (lang: Lang) => string): Bilingual {
  return { ja: say("ja"), en: say("en") };
}

export function repairView(run: RepairRun, { timeZone }: Zoned): z.input<typeof RepairJson> {
  const { repair } = run;
  const at = (stamp: Stamp | null): string | null => (stamp === null ? null : rfc3339(stamp.atMs, timeZone));
  return {
    id: run.id,
    window: run.windowId,
    host: run.host,
    repair: repair.id,
    title: { ...repair.title },
    state: run.state,
    sha256: run.sha256,
    safeTwice: repair.isSafeTwice,
    warnings: repair.warnings.map((one) => ({ ...one })),
    offeredAt: rfc3339(run.offeredAt.atMs, timeZone),
    approvedBy: run.approvedBy,
    approvedAt: at(run.approvedAt),
    reason: run.reason ?? null,
    steps: repair.steps.map((step) => {
      const done = stepRun(run, step.id);
      return {
        id: step.id,
        says: { ...step.says },
        command: step.command,
        expects: step.expects,
        timeoutSeconds: step.timeoutMs / 1_000,
        undo: step.undo,
        state: done.state,
        code: done.code,
        output: done.output,
        trouble: done.trouble == null ? null : { ...repairTrouble(done.trouble) },
        at: at(done.at),
      };
    }),
  };
}

/** What became of one step; a step that nothing is known of waits. */
export function stepRun(run: Pick<RepairRun, "steps">, id: string): RepairStepRun {
  return run.steps.find((step) => step.id === id) ?? { id, state: "waiting", code: null, output: "", at: null };
}
