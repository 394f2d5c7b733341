import type { AftercareCheck, AftercareInput, AftercareOutcome } from "../../../kernel/model/aftercare.ts";
import { isContainer } from "../clock.ts";
import { clockRepairOf, type ClockRepair } from "../clock-repair.ts";
import { isRead, judging, keyed, look, outcome, unobserved, type Section } from "../outcome.ts";
import { isTimeDaemon, startsAtBoot, unitStates } from "../units.ts";

/** Something keeps the clock right: one daemon, running, with a source, and started at the next boot as well. */
export function timeService(repair: ClockRepair): AftercareCheck {
  return {
    id: "time-service",
    group: "clock",
    weight: "critical",
    needs: ["clock", "units", "procs", "ident"],
    after: ["same-machine"],
    isWaivable: true,
    appliesTo: (input) => isRead(input) && !isOfItsParent(input),
    compare: (input) => judging(input, "clock", (clock, before) => judge(input, { clock, before, repair })),
  };
}

/** The clock of a container is its host's, unless something in it was set to keep it. */
function isOfItsParent({ before, after }: AftercareInput): boolean {
  const virt = look(after, "ident", "after").section?.["virt"] ?? look(before, "ident", "before").section?.["virt"];
  const known = [before, after].some((snapshot) => daemons(look(snapshot, "clock", "after").section ?? {}).length > 0);
  return isContainer(virt) && !known;
}

interface Sides {
  readonly clock: Section;
  readonly before: Section | null;
  readonly repair: ClockRepair;
}

function judge(input: AftercareInput, { clock, before, repair }: Sides): AftercareOutcome {
  const units = look(input.after, "units", "after").section ?? {};
  const running = daemons(clock);
  const wanted = [...new Set([...daemons(before ?? {}), ...running])];
  const enabled = enabledUnits(units);
  const problem = problemOf({ clock, running, enabled, units });
  const isAsBefore = problem !== null && before !== null && problem === problemBefore(input, before);
  const facts = {
    problem,
    daemons: wanted.length > 0 ? wanted : enabled,
    running,
    enabled,
    synchronised: clock["synchronised"] ?? null,
    isAsBefore,
  };
  if (problem === null || isAsBefore) return outcome("pass", { facts });
  if (problem === "several") return outcome("warn", { facts, items: enabled });
  if (problem === "no-source" && isYoung(input)) return unobserved("starting", facts);
  return outcome("fail", { facts, items: wanted, repairs: offered(input, repair) });
}

function offered(input: AftercareInput, repair: ClockRepair): AftercareOutcome["repairs"] {
  const made = clockRepairOf(input, repair);
  return made === null || "refused" in made ? [] : [made];
}

function problemBefore(input: AftercareInput, clock: Section): string | null {
  const units = look(input.before, "units", "before").section ?? {};
  return problemOf({ clock, running: daemons(clock), enabled: enabledUnits(units), units });
}

/** A daemon needs some answers before it has chosen a source. */
const settlingSeconds = 600;

function isYoung({ after }: AftercareInput): boolean {
  return after !== null && after.uptimeSeconds !== null && after.uptimeSeconds < settlingSeconds;
}

/** Daemons that run, by program. */
function daemons(clock: Section): readonly string[] {
  return [...keyed(clock, "daemon")]
    .filter(([name, state]) => isTimeDaemon(name) && state === "running")
    .map(([n]) => n);
}

/** One daemon may have several names at boot; an alias of one that is enabled is the same. */
function enabledUnits(units: Section): readonly string[] {
  const names = [...keyed(units, "file")].filter(([name, state]) => isTimeDaemon(name) && startsAtBoot(state));
  const kinds = new Map(names.map(([name]) => [kindOf(name), name]));
  return [...kinds.values()];
}

function kindOf(name: string): string {
  if (name.includes("chrony")) return "chrony";
  return name.includes("timesyncd") ? "timesyncd" : name.includes("openntpd") ? "openntpd" : "ntp";
}

function problemOf({
  clock,
  running,
  enabled,
  units,
}: {
  clock: Section;
  running: readonly string[];
  enabled: readonly string[];
  units: Section;
}): string | null {
  if (running.length === 0) return "stopped";
  if (enabled.length === 0 && unitStates(units).size > 0) return "not-at-boot";
  if (enabled.length > 1) return "several";
  return clock["synchronised"] === "no" || clock["source-count"] === "0" ? "no-source" : null;
}
