import fs from "node:fs";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { ListedSet, OpenRestore, RestoreDoor, RestoreEnd, RestoreLook } from "../../kernel/ports-restore.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { explainError } from "../../words/errors.ts";
import { dateTime, duration } from "../../words/format.ts";
import { thousands } from "../../words/figures.ts";
import { byteText, restoreWords, troubleLine, troubleText } from "../../words/recovery-restore.ts";
import type { Answer, Command, Context } from "../command.ts";
import { readSite } from "../local-site.ts";
import { askPerson } from "../restore-ask.ts";
import { looksOfHub, type DoorDeps } from "../restore-door.ts";
import { createRestoreProgress } from "../restore-progress.ts";
import { fromOf, restoreOptions, resumeCommand, wantedOf } from "../restore-wanted.ts";

/** Opens the recovering stage without a hub. */
export type OpenDoor = (deps: DoorDeps) => Promise<RestoreDoor>;

const namedUnits = 12;
/** What differs from what was copied, and not merely what could not be done. */
const differing: ReadonlySet<string> = new Set(["files-differ", "rows-differ", "garbled", "dump-damaged"]);

export function backupRestore(openDoor: OpenDoor): Command {
  return {
    name: "backup restore",
    summary: {
      ja: "控えから戻す(koboshi の起動は不要。設定ファイルか、保管庫だけで動きます)",
      en: "restore a copy; needs no hub, just the file or the repository alone",
    },
    usage:
      "PLAN [--at latest|SET|TIME] [--to host:X|localhost] [--folder DIR] [--only PATH|db:engine/name …] [--from PLACE] [--confirm=NAME] [--despite=SET] [--list] | --repo R --password-file F",
    examples: [
      "koboshi backup restore shop-data --at latest --to host:drill1",
      "koboshi backup restore shop-data --only /etc --only db:postgres/shop --folder /srv/look",
      "koboshi backup restore --repo sftp:office:/srv/backup/shop --password-file key.txt --list",
    ],
    options: restoreOptions,
    async run(context) {
      const site = context.values["repo"] === undefined ? siteOf(context) : null;
      const timeZone = site?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
      const door = await openDoor({ clock: context.clock, site, looksAt: (plan) => looksOfHub(context, plan) });
      if (context.values["list"] === true) return listed(await door.list(fromOf(context)), context, timeZone);
      const restore = await opened(door, context, timeZone);
      try {
        return await restored({ context, door, restore, timeZone });
      } finally {
        await restore.close();
      }
    },
  };
}

/** @throws KB1001 without a plan, KB1102 without a file, KB1101 with one that has errors */
export function siteOf({ configPath, args, lang }: Context): Site {
  if (args.length === 0) throw new KoboshiError("KB1001", { what: restoreWords(lang).needsPlan });
  const site = readSite(configPath);
  if (site !== null) return site;
  if (!fs.existsSync(configPath)) throw new KoboshiError("KB1102", { path: configPath });
  throw new KoboshiError("KB1101", { what: configPath });
}

function listed(sets: readonly ListedSet[], { lang }: Context, timeZone: string): Answer {
  const say = restoreWords(lang);
  const line = ({ place, record }: ListedSet): string => {
    const dumps = record.parts.flatMap(({ of }) => (of === null ? [] : [of]));
    const at = dateTime(instantMs(record.snapshotAt) ?? 0, timeZone, lang);
    return `${record.set}  ${at}  ${byteText(record.totals.bytes)}  ${record.plan}  ${place}${dumps.length === 0 ? "" : `  ${dumps.join(" ")}`}`;
  };
  return {
    exit: sets.length === 0 ? 5 : 0,
    json: {
      items: sets.map(({ place, record }) => ({
        set: record.set,
        plan: record.plan,
        place,
        snapshotAt: record.snapshotAt,
        bytes: record.totals.bytes,
        files: record.totals.files,
        databases: record.parts.flatMap(({ of }) => (of === null ? [] : [of])),
      })),
    },
    text: sets.length === 0 ? say.listEmpty : `${say.listHead}\n${sets.map(line).join("\n")}`,
    plain: sets.map(({ place, record }) =>
      [record.set, record.plan, place, record.snapshotAt, record.totals.bytes].join("\t"),
    ),
    quiet: sets.map(({ record }) => record.set),
  };
}

/** A set in quarantine is taken when a person types its id: at the terminal, or as `--despite`. @throws KB8312 */
async function opened(door: RestoreDoor, context: Context, timeZone: string): Promise<OpenRestore> {
  const { values, lang, signal, hint } = context;
  const wanted = wantedOf(context, timeZone);
  try {
    return await door.open(wanted);
  } catch (thrown) {
    const canAnswer = process.stdin.isTTY && values["no-input"] !== true;
    if (!(thrown instanceof KoboshiError) || thrown.code !== "KB8312" || !canAnswer) throw thrown;
    const set = String(thrown.facts["set"]);
    hint(explainError(thrown.code, thrown.facts, lang).message);
    const typed = await askPerson(restoreWords(lang).typeSet(set), signal);
    if (typed?.trim() !== set) throw thrown;
    return door.open({ ...wanted, at: { kind: "set", set }, despite: set });
  }
}

interface Restoring {
  readonly context: Context;
  readonly door: RestoreDoor;
  readonly restore: OpenRestore;
  readonly timeZone: string;
}

async function restored({ context, door, restore, timeZone }: Restoring): Promise<Answer> {
  const { lang, hint } = context;
  hint(outlookText(restore.look, context, timeZone));
  const confirm = await agreed(restore.look, context);
  const isTty = process.stderr.isTTY && context.values["json"] !== true;
  const progress = createRestoreProgress({ lang, isTty, write: (text) => void process.stderr.write(text) });
  const leave = door.onProgress((told) => progress.take(told));
  const end = await restore.run(confirm).finally(() => {
    leave();
    progress.end();
  });
  return answerOf(end, context);
}

function outlookText(look: RestoreLook, { lang }: Context, timeZone: string): string {
  const say = restoreWords(lang);
  const at = dateTime(instantMs(look.record.snapshotAt) ?? 0, timeZone, lang);
  const named = `${look.inTheWay.slice(0, 3).join(", ")}${look.inTheWay.length > 3 ? " …" : ""}`;
  const units = look.units.slice(0, namedUnits).map(({ label, bytes }) => `  ${label}  ${byteText(bytes)}`);
  return [
    say.willDo({
      place: look.place,
      at,
      size: byteText(look.bytes),
      target: look.target.replace(/^host:/, ""),
      folder: look.folder,
    }),
    look.inTheWay.length === 0 ? say.nothingInTheWay : say.inTheWay(look.inTheWay.length, named),
    ...(look.doneBytes > 0 ? [say.resumes(byteText(look.doneBytes))] : []),
    ...(look.expectedSeconds === null ? [] : [say.expected(duration(look.expectedSeconds.p50 * 1_000, lang))]),
    say.units,
    ...units,
    ...(look.units.length > namedUnits ? ["  …"] : []),
  ].join("\n");
}

/** @returns the name that was typed; null when none was needed. @throws KB8301, KB8311 before any effect */
async function agreed(
  { inTheWay, confirmName, target, folder }: RestoreLook,
  context: Context,
): Promise<string | null> {
  const { values, lang, signal } = context;
  const say = restoreWords(lang);
  const given = typeof values["confirm"] === "string" ? values["confirm"] : null;
  const ask = (question: string): Promise<string | null> =>
    values["no-input"] === true ? Promise.resolve(null) : askPerson(question, signal);
  if (inTheWay.length > 0) {
    const typed = given ?? (await ask(say.typeName(confirmName)));
    if (typed?.trim() === confirmName) return confirmName;
    throw new KoboshiError("KB8301", {
      what: inTheWay.slice(0, 3).join(", "),
      count: inTheWay.length,
      name: confirmName,
    });
  }
  if (values["yes"] === true || given === confirmName) return given;
  const answer = await ask(say.yesOrNo);
  if (answer !== null && /^(?:y|yes|はい)$/i.test(answer.trim())) return null;
  throw new KoboshiError("KB8311", { what: `${target}:${folder}` });
}

function answerOf(end: RestoreEnd, context: Context): Answer {
  const { lang, terminal } = context;
  const { run, troubles, movedTo, compared } = end;
  const say = restoreWords(lang);
  const seconds = run.endedAt === null ? 0 : (run.endedAt.monotonicMs - run.startedAt.monotonicMs) / 1_000;
  const mark = (state: "ok" | "down" | "warning"): string => terminal.paint(terminal.glyph(state), state);
  const moved = movedTo === null ? [] : [say.movedTo(movedTo)];
  const lines =
    run.state === "done"
      ? [
          `${mark("ok")} ${say.done(duration(seconds * 1_000, lang))}`,
          say.compared(thousands(compared.files), thousands(compared.rows)),
          ...(compared.texts > 0 ? [say.texts(thousands(compared.texts))] : []),
          ...(compared.live > 0 ? [say.live(thousands(compared.live))] : []),
          ...(compared.files > 0 ? [say.notCarried] : []),
          ...moved,
          say.next,
        ]
      : [
          ...troubles.map((trouble) => troubleLine(trouble, lang)),
          ...moved,
          `${mark(run.state === "failed" ? "down" : "warning")} ${run.state === "failed" ? say.failed : `${say.interrupted} ${troubleText(run.trouble?.code ?? "", lang)}`}`,
          say.resumeWith(resumeCommand(context)),
        ];
  return {
    exit: exitOf(end),
    json: { type: "result", ok: run.state === "done", run, troubles, movedTo, compared, seconds },
    text: lines.join("\n"),
    plain: [[run.id, run.state, run.set, run.target, run.folder].join("\t")],
    quiet: [run.id],
  };
}

/** 6: data differ; 75: the line was cut, to be gone on with; 130: stopped by a person. */
function exitOf({ run, troubles }: RestoreEnd): number {
  if (run.state === "done") return 0;
  if (run.state === "interrupted") return run.trouble?.code === "stopped" ? 130 : 75;
  return troubles.some(({ code }) => differing.has(code)) ? 6 : 1;
}
