import type { HostUnitTrouble } from "../kernel/model/host-answers.ts";
import type { HostDatabase, HostMail, HostWeb } from "../kernel/model/host-service-answers.ts";
import { milliseconds, thousands } from "./figures.ts";
import { ratioText, sizeText } from "./host-findings.ts";
import { isNear, line, notable, plain, type WhyLine, type WhySaying, type WhyTellers } from "./host-why-line.ts";
import { withRest } from "./host-why-system.ts";

/** So many mails waiting are more than the usual few that a far server puts off. */
const manyMails = 100;
/** A query nobody waits for with patience. */
const longQueryMs = 5_000;
const nearlyFullRatio = 0.95;

/** What the programs on it, and the traces of people, answered. */
export const programTellers: WhyTellers = {
  units(answer, { say }) {
    const lines = [
      ...answer.failed.map((unit) => notable(say.unitFailed(unit.name, endOf(unit)))),
      ...answer.restarted.map(({ name, restarts }) => notable(say.unitRestarted(name, String(restarts ?? "")))),
      ...answer.notRunning.map(({ name }) => notable(say.unitNotRunning(name))),
    ];
    return lines.length === 0 ? [plain(say.unitsFine)] : withRest(lines, say);
  },
  web: webLines,
  db: (answer, saying) =>
    answer.length === 0 ? [plain(saying.say.noDb)] : answer.flatMap((one) => databaseLines(one, saying)),
  mail: mailLines,
  changed({ files, packages }, { say, time }) {
    const changes = [
      ...files.map(({ path, atMs }) => plain(`${time(atMs)}  ${path}`)),
      ...packages.slice(0, 3).map(({ atMs, text }) => plain(`${time(atMs)}  ${text}`)),
    ];
    return files.length === 0 ? [plain(say.unchanged), ...changes] : withRest(changes, say);
  },
  data: (answer, { say }) =>
    answer.map(({ path, state, files, bytes }) => {
      if (state === "gone") return notable(say.gone(path));
      if (state === "denied") return plain(say.denied(path));
      return plain(state === "slow" ? say.slow(path) : say.folder(path, thousands(files ?? 0), sizeText(bytes ?? 0)));
    }),
  integrity({ checked, differing }, { say }) {
    if (checked.length === 0) return [plain(say.noPackages)];
    const lines = differing.map(({ path, kind }) =>
      kind === "program" ? notable(say.programChanged(path)) : plain(say.configChanged(path)),
    );
    return lines.length === 0 ? [plain(say.sameFiles(checked.join(" ")))] : withRest(lines, say);
  },
  auth({ accepted, failures, failuresBy }, { say, time }) {
    const by = failuresBy.map(({ from, count }) => `${from} ×${thousands(count)}`).slice(0, 3);
    const logins = accepted.map(({ atMs, user, from, method }) => plain(`${time(atMs)}  ${user}  ${from}  ${method}`));
    return [
      ...(logins.length === 0 ? [plain(say.noLogins)] : withRest(logins, say)),
      ...(failures === 0 ? [] : [plain(say.failures(thousands(failures), by.join("  ")))]),
    ];
  },
};

/** `exit-code (1)` */
function endOf({ result, exitStatus }: HostUnitTrouble): string {
  return [result, exitStatus === null || exitStatus === 0 ? null : `(${exitStatus})`]
    .filter((one) => one !== null)
    .join(" ");
}

function webLines(web: HostWeb, { say }: WhySaying): readonly WhyLine[] {
  const tests = [
    ["Apache", web.apache],
    ["nginx", web.nginx],
  ] as const;
  const workers = web.workers;
  return [
    ...tests.flatMap(([program, test]) => {
      if (test === null) return [];
      return [test.isFine ? plain(say.configFine(program)) : notable(say.configWrong(program, firstOf(test.said)))];
    }),
    ...(workers === null
      ? []
      : [line(say.workers(workers.busy, workers.most), isNear({ used: workers.busy, limit: workers.most }))]),
    ...withRest(
      web.timeouts.map(({ setting, seconds, where, inheritedFrom }) => {
        const written = inheritedFrom === null ? where : say.inherited(inheritedFrom, where ?? say.byDefault);
        return plain(say.timeout(setting, String(seconds), written ?? say.byDefault));
      }),
      say,
    ),
  ];
}

/** nginx and Apache say what is wrong before they say that the test failed. */
function firstOf(said: string): string {
  return (said.split("\n")[0] ?? "").slice(0, 200);
}

function databaseLines(database: HostDatabase, { say, lang, use }: WhySaying): readonly WhyLine[] {
  const { connections, isReadOnly } = database;
  const name = databaseName(database);
  if (database.state !== "up") {
    const text = say.dbDown(name, databaseState(database.state, say), `(${firstOf(database.said)})`);
    return [line(text, database.state !== "denied")];
  }
  const [longestMs, waits] = [database.longestQueryMs ?? 0, database.lockWaits ?? 0];
  return [
    line(say.dbUp(name, connections === null ? "—" : use(connections)), connections !== null && isNear(connections)),
    ...(longestMs >= longQueryMs ? [notable(`${name} ${say.longest(milliseconds(longestMs, lang))}`)] : []),
    ...(waits > 0 ? [notable(`${name} ${say.lockWaits(waits)}`)] : []),
    ...(isReadOnly === true ? [notable(`${name} ${say.readOnly}`)] : []),
  ];
}

function databaseName({ kind, port, version }: HostDatabase): string {
  const name = kind === "postgres" ? "PostgreSQL" : "MySQL";
  return [name, version, port === null ? null : `:${port}`].filter((one) => one !== null).join(" ");
}

function databaseState(state: Exclude<HostDatabase["state"], "up">, say: WhySaying["say"]): string {
  return {
    denied: say.dbDenied,
    full: say.dbFull,
    starting: say.dbStarting,
    refused: say.dbRefused,
    timeout: say.dbTimeout,
    unclear: say.dbUnclear,
  }[state];
}

function mailLines(mail: HostMail, { say, time }: WhySaying): readonly WhyLine[] {
  const queues = Object.entries(mail.queues ?? {});
  const total = queues.reduce((sum, [, count]) => sum + count, 0);
  const named = queues.map(([name, count]) => `${name} ${thousands(count)}`).join("  ");
  return [
    ...(mail.queues === null ? [] : [total === 0 ? plain(say.noQueue) : line(say.queues(named), total >= manyMails)]),
    ...(mail.oldestAtMs === null ? [] : [plain(say.oldest(time(mail.oldestAtMs)))]),
    ...[...mail.reasons, ...mail.senders].slice(0, 6).map(({ count, text }) => plain(say.counted(count, text))),
    ...(mail.sessions === null ? [] : [plain(say.sessions(mail.sessions.users, mail.sessions.connections))]),
    ...(mail.quotas ?? []).slice(0, 5).map(({ user, usedRatio }) => {
      return line(say.quota(user, ratioText(usedRatio)), usedRatio >= nearlyFullRatio);
    }),
  ];
}
