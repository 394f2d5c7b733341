import type { AftercareCheck, AftercareInput, AftercareOutcome, Repair } from "../../../kernel/model/aftercare.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { comparing, keyed, look, outcome, sees, type Section } from "../outcome.ts";
import { oneUnit } from "../repairs/units.ts";
import { initOf, isLogDaemon, unitStates } from "../units.ts";

/** What writes the logs runs as before: without it nobody can say afterwards what happened. */
export const logsFlow: AftercareCheck = {
  id: "logs-flow",
  group: "logs",
  weight: "warning",
  needs: ["procs", "units", "os"],
  after: ["same-machine", "mounts", "disk-space"],
  isWaivable: true,
  appliesTo: (input) => sees(input, "procs", (procs) => writers(procs).length > 0),
  compare: (input) => comparing(input, "procs", (before, after) => compareDaemons(input, before, after)),
};

function compareDaemons(input: AftercareInput, before: Section, after: Section): AftercareOutcome {
  const [was, now] = [writers(before), writers(after)];
  const items = was.filter((name) => !now.includes(name));
  const repairs = items.flatMap((name) => restart(name, input));
  return outcome(items.length > 0 ? "fail" : "pass", { items, repairs, facts: { daemons: was } });
}

/** Programs, without the start of a path; the kernel cuts a name after 15 characters. */
function writers(procs: Section): readonly string[] {
  const names = [...keyed(procs, "proc").keys()].map((key) => key.slice(key.indexOf(" ") + 1));
  return [...new Set(names.filter((name) => isLogDaemon(name) || name === "systemd-journal"))].sort();
}

function restart(name: string, input: AftercareInput): readonly Repair[] {
  const wanted = name === "systemd-journal" ? "systemd-journald" : name.replace(/^rsyslogd$/, "rsyslog");
  const known = [input.before, input.after].flatMap((each) => [
    ...unitStates(look(each, "units", "after").section ?? {}).keys(),
  ]);
  const unit = known.find((each) => each.replace(/\.service$/, "") === wanted);
  if (unit === undefined) return [];
  const how = { id: `restart-log/${name}`, title: repairText((say) => say.restartLog), verb: "restart" as const };
  return [oneUnit(how, { unit, init: initOf(input.after, input.before) })];
}
