import type { AftercareInput, JobOccurrence, Repair, RepairStep } from "../../../kernel/model/aftercare.ts";
import type { Bilingual } from "../../../kernel/lang.ts";
import { shellWord, shellWords } from "../../../kernel/shell-word.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { look } from "../outcome.ts";
import { jobLine, type JobLine } from "./job-line.ts";
import { copyPattern } from "./running-copy.ts";
import { usualStep } from "../../../hands/usual-step.ts";

/** A nightly job may take so long. */
const jobTimeoutMs = 4 * 3_600_000;
const mostJobs = 50;

/** A repair of its own for each job that was missed: it is run once, however often it was missed. */
export function runMissedJobs(missed: readonly JobOccurrence[], input: AftercareInput): readonly Repair[] {
  const jobs = new Map<string, JobOccurrence[]>();
  for (const each of missed) {
    const known = jobs.get(`${each.where} ${each.line}`);
    if (known === undefined) jobs.set(`${each.where} ${each.line}`, [each]);
    else known.push(each);
  }
  return [...jobs.values()].slice(0, mostJobs).flatMap((times) => {
    const steps = times[0] === undefined ? null : stepsOf(times[0], input);
    return steps === null || times[0] === undefined ? [] : [repairOf(times[0], steps, times.length)];
  });
}

function repairOf(job: JobOccurrence, steps: readonly RepairStep[], times: number): Repair {
  const warnings: Bilingual[] = [];
  if (job.isSafeTwice === null) warnings.push(repairText((say) => say.twiceUnknown));
  if (job.isSafeTwice === false) warnings.push(repairText((say) => say.twiceUnsafe));
  if (job.risks.length > 0) warnings.push(repairText((say) => say.risks(job.risks.join(", "))));
  if (times > 1) warnings.push(repairText((say) => say.missedMany(times)));
  return {
    id: `run-now/${job.where}`,
    title: repairText((say) => say.runJob(job.where)),
    steps,
    isSafeTwice: job.isSafeTwice,
    warnings,
  };
}

/** Null: it cannot be run as it would have run, so that is left to a person. */
function stepsOf(job: JobOccurrence, input: AftercareInput): readonly RepairStep[] | null {
  const timer = /^timer:([\w@:.\\-]+\.timer)$/.exec(job.where)?.[1];
  if (timer !== undefined) return timerSteps(unitOf(timer, input));
  const period = /^anacron:([\w.-]+)$/.exec(job.where)?.[1];
  if (period !== undefined) return anacronSteps(period);
  const line = jobLine(job, input);
  return line === null ? null : [guardStep(line), runStep(line)];
}

function unitOf(timer: string, { before, after }: AftercareInput): string {
  const settings = [before, after].map((each) => look(each, "cron", "before").section?.[`timer ${timer}`] ?? "");
  const unit = settings.map((text) => /(?:^| )Unit=([\w@:.\\-]+)/.exec(text)?.[1]).find((each) => each !== undefined);
  return unit ?? timer.replace(/\.timer$/, ".service");
}

function timerSteps(unit: string): readonly RepairStep[] {
  const word = shellWord(unit);
  return [
    usualStep({
      id: "guard",
      says: repairText((say) => say.notRunning),
      command: `! systemctl is-active -- ${word} | grep -E -x 'active|activating'`,
    }),
    usualStep({
      id: "run",
      says: repairText((say) => say.startTimerUnit(unit)),
      command: `systemctl start -- ${word}`,
      timeoutMs: jobTimeoutMs,
    }),
    usualStep({
      id: "verify",
      says: repairText((say) => say.unitEnded(unit)),
      command: `systemctl show -p Result -- ${word}`,
      expects: "Result=success",
    }),
  ];
}

function anacronSteps(period: string): readonly RepairStep[] {
  const says = repairText((say) => say.runAs("root"));
  // anacron itself keeps two of one job from running at once
  return [usualStep({ id: "run", says, command: `anacron -d -f -n ${shellWord(period)}`, timeoutMs: jobTimeoutMs })];
}

function guardStep({ user, command }: JobLine): RepairStep {
  const pattern = copyPattern(command);
  const ask = pattern === null ? "true" : `! pgrep -u ${shellWord(user)} ${shellWords(pattern)}`;
  return usualStep({
    id: "guard",
    says: repairText((say) => say.notRunning),
    command: `command -v pgrep >/dev/null || exit 0; ${ask}`,
  });
}

function runStep({ user, command, input, environment }: JobLine): RepairStep {
  const { HOME: home = null, ...rest } = environment;
  const settings = Object.entries(rest).map(([name, value]) => shellWord(`${name}=${value}`));
  const homeWord = home === null ? 'HOME="$HOME"' : shellWord(`HOME=${home}`);
  const run = `env -i ${homeWord} ${settings.join(" ")} ${shellWord(rest["SHELL"] ?? "/bin/sh")} -c ${shellWord(command)}`;
  const feed = input === null ? `exec ${run} </dev/null` : `printf %s ${shellWord(input)} | ${run}`;
  const inner = `cd "$HOME" 2>/dev/null || cd /; ${feed}`;
  return usualStep({
    id: "run",
    says: repairText((say) => say.runAs(user)),
    command: `su -s /bin/sh ${shellWord(user)} -c ${shellWord(inner)}`,
    timeoutMs: jobTimeoutMs,
  });
}
