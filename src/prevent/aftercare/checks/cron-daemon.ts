import type { AftercareCheck, AftercareInput, AftercareOutcome, Repair } from "../../../kernel/model/aftercare.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { comparing, isRead, keyed, look, outcome, type Section } from "../outcome.ts";
import { oneUnit } from "../repairs/units.ts";
import { initOf, unitStates } from "../units.ts";

/** What starts the jobs runs, and its tables are those from before. */
export const cronDaemon: AftercareCheck = {
  id: "cron-daemon",
  group: "jobs-missed",
  weight: "critical",
  needs: ["cron", "units", "os"],
  after: ["same-machine", "clock-offset", "timezone", "mounts"],
  isWaivable: true,
  appliesTo: isRead,
  compare: (input) => comparing(input, "cron", (before, after) => compareCron(input, before, after)),
};

function compareCron(input: AftercareInput, before: Section, after: Section): AftercareOutcome {
  const [was, now] = [keyed(before, "daemon"), keyed(after, "daemon")];
  // anacron runs for a while and ends
  const stopped = [...was.keys()].filter((name) => name !== "anacron" && !now.has(name));
  const tables = changedTables(before, after);
  const facts = { stopped, changedCount: tables.length };
  if (stopped.length > 0) {
    return outcome("fail", {
      facts,
      items: [...stopped, ...tables],
      repairs: stopped.flatMap((name) => start(name, input)),
    });
  }
  return outcome(tables.length > 0 ? "warn" : "pass", { facts, items: tables });
}

function isTable(key: string): boolean {
  return /^(?:line|part) /.test(key);
}

/** Lines and files that start jobs and are other than before; stamps and last times move by themselves. */
function changedTables(before: Section, after: Section): readonly string[] {
  const gone = Object.keys(before).filter((key) => isTable(key) && after[key] === undefined);
  const added = Object.keys(after).filter((key) => isTable(key) && before[key] === undefined);
  return [...gone.map((key) => `- ${key}`), ...added.map((key) => `+ ${key}`)];
}

function start(name: string, input: AftercareInput): readonly Repair[] {
  const units = [input.after, input.before].flatMap((each) => {
    const section = look(each, "units", "after").section ?? {};
    return [...unitStates(section).keys()].filter((unit) => unit.replace(/\.service$/, "") === name);
  });
  const unit = units[0] ?? name;
  return [
    oneUnit(
      { id: `start-cron/${name}`, title: repairText((say) => say.startCron), verb: "start" },
      { unit, init: initOf(input.after, input.before) },
    ),
  ];
}
