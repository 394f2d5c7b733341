import type { z } from "zod";
import { safeText } from "../../clients/safe-text.ts";
import type { RestoreRunJson } from "../../api/backup-schemas.ts";
import { sleep } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { drillStory } from "../../recover/index.ts";
import { duration } from "../../words/format.ts";
import { changeText, drillWords, partStateName, refusalText, troubleText } from "../../words/recovery-drill.ts";
import { checkText, sampleTexts } from "../../words/recovery-drill-sample.ts";
import { recoveryCliWords } from "../../words/recovery-cli.ts";
import { planOfArgs, type BackupDetailAnswer } from "../backup-text.ts";
import type { Answer, Command, Context } from "../command.ts";

type Drill = z.output<typeof RestoreRunJson>;
interface Outlook {
  readonly set: string;
  readonly place: string;
  readonly target: string;
  readonly refusals: readonly { readonly code: string; readonly unknown: boolean; readonly seen: string }[];
}

const interruptedExit = 130;
const refusedExit = 77;
const askEveryMs = 1_000;

export const backupDrill: Command = {
  name: "backup drill",
  summary: {
    ja: "復旧を訓練する(訓練用のホストか、このホストの隔離した場所に戻し、時間を計り、消去する)",
    en: "rehearse a recovery in isolation, on a spare host or this one, timed, and wiped afterwards",
  },
  usage: "PLAN [--place PLACE] [--sampled] [--dry-run]",
  examples: [
    "koboshi backup drill shop-data --dry-run",
    "koboshi backup drill shop-data",
    "koboshi backup drill shop-data --place office --sampled --json",
  ],
  options: { place: { type: "string" }, sampled: { type: "boolean" }, "dry-run": { type: "boolean" } },
  async run(context) {
    const { args, values, hub, lang } = context;
    const plan = planOfArgs(args, lang);
    const place = typeof values["place"] === "string" ? values["place"] : null;
    const url = `/api/v1/backups/${encodeURIComponent(plan)}/drill`;
    if (values["dry-run"] === true) return outlook(context, `${url}?lang=${lang}${placeQuery(place)}`);
    const client = hub();
    const detail = await client.get<BackupDetailAnswer>(`/api/v1/backups/${encodeURIComponent(plan)}`);
    if (place !== null && !detail.copies.some((copy) => copy.place === place))
      throw new KoboshiError("KB8402", { plan, place });
    const wish = { place, sampled: values["sampled"] === true };
    const { run: id } = await client.post<{ run: string }>(`${url}?lang=${lang}`, wish);
    const drill = await watched(context, id);
    if (drill !== null) return ended(context, { drill, detail, earlier: await earlierOf(client, plan) });
    context.hint(recoveryCliWords(lang).goesOn(plan));
    return { exit: interruptedExit, json: { ok: null, plan, id }, text: "", quiet: [id] };
  },
};

/** Tells each phase as it begins. @returns null when somebody stopped watching */
async function watched(context: Context, id: string): Promise<Drill | null> {
  const { hub, lang, clock, signal, hint } = context;
  let phase = "";
  while (!signal.aborted) {
    const drill = await hub().get<Drill>(`/api/v1/drills/${encodeURIComponent(id)}?lang=${lang}`);
    if (drill.state !== "running") return drill;
    const now = drill.progress?.phase ?? drill.phases.at(-1)?.phase ?? "";
    if (now !== phase) hint(phaseName(now, context));
    phase = now;
    await sleep(clock, askEveryMs, signal);
  }
  return null;
}

function placeQuery(place: string | null): string {
  return place === null ? "" : `&place=${encodeURIComponent(place)}`;
}

async function earlierOf(client: ReturnType<Context["hub"]>, plan: string): Promise<readonly Drill[]> {
  return (await client.get<{ items: readonly Drill[] }>(`/api/v1/drills?plan=${encodeURIComponent(plan)}`)).items;
}

function phaseName(phase: string, { lang }: Context): string {
  const say: Readonly<Record<string, unknown>> = drillWords(lang);
  const name = say[phase];
  return typeof name === "string" ? name : phase;
}

async function outlook({ hub, lang, terminal }: Context, url: string): Promise<Answer> {
  const say = drillWords(lang);
  const seen = await hub().get<Outlook>(url);
  const { refusals, target } = seen;
  const told = refusals.map((one) => refusalText(one, { lang, target }));
  const mark = terminal.paint(`${terminal.glyph("down")} ${say.wouldRefuse}`, "down");
  return {
    exit: refusals.length === 0 ? 0 : refusedExit,
    json: { ok: refusals.length === 0, ...seen },
    text:
      refusals.length === 0
        ? say.wouldRun(seen.set, seen.place, target)
        : [mark, ...told.flatMap(({ message, fix }) => [`  ${safeText(message, [])}`, `    ${fix}`])].join("\n"),
    plain: refusals.map(({ code, unknown }) => [code, unknown ? "unknown" : "seen"].join("\t")),
    quiet: refusals.map(({ code }) => code),
  };
}

interface Told {
  readonly drill: Drill;
  readonly detail: BackupDetailAnswer;
  readonly earlier: readonly Drill[];
}

const exits = { running: 1, done: 0, failed: 1, interrupted: interruptedExit } as const;

function ended(context: Context, { drill, detail, earlier }: Told): Answer {
  const { lang } = context;
  const { backWithinSeconds } = detail;
  const story = drillStory([drill, ...earlier.filter(({ id }) => id !== drill.id)], {
    backWithinMs: backWithinSeconds === null ? null : backWithinSeconds * 1000,
    isOverdue: false,
    limits: {},
  });
  const isDone = drill.state === "done";
  return {
    exit: exits[drill.state],
    json: { ok: isDone, plan: drill.plan, drill, story },
    text: [
      headline(context, drill, story?.seconds ?? 0),
      ...phaseLines(context, story?.phases ?? []),
      ...(drill.sample === undefined ? [] : sampleTexts(drill.sample, lang)),
      ...seenLines(context, drill),
      ...(isDone ? meaning(context, { drill, targetSeconds: backWithinSeconds, story }) : []),
    ].join("\n"),
    plain: drill.phases.map(({ phase, seconds, bytes, files }) => [phase, seconds, bytes, files].join("\t")),
    quiet: [drill.id],
  };
}

function headline({ lang, terminal }: Context, drill: Drill, seconds: number): string {
  const say = drillWords(lang);
  const mark = drill.state === "done" ? "ok" : "down";
  const paint = (text: string): string => terminal.paint(`${terminal.glyph(mark)} ${text}`, mark);
  if (drill.state === "done") return paint(say.passed(duration(seconds * 1000, lang)));
  if (drill.state !== "failed")
    return paint(drill.trouble?.code === "hub-ended" ? troubleText(drill.trouble, lang) : say.interrupted);
  const last = drill.phases.at(-1)?.phase ?? "decide";
  return paint(say.failed(say[last], safeText(troubleText(drill.trouble ?? { code: "", text: "" }, lang), [])));
}

const shownBlocked = 3;

/** What came up, what answered, what was held back, and that nothing is left. */
function seenLines({ lang, terminal }: Context, { seen, folder }: Drill): readonly string[] {
  if (seen === undefined) return [];
  const say = drillWords(lang);
  const { started, checks, blocked, mails, wipe } = seen;
  const line = (mark: "ok" | "down" | "unknown", text: string): string =>
    `  ${terminal.paint(terminal.glyph(mark), mark)} ${safeText(text, [])}`;
  const examples = blocked.slice(0, shownBlocked).map(({ address, port }) => `${address}:${port}`);
  return [
    ...(started.length === 0 ? [`  ${say.nothingStarted}`] : []),
    ...started.map(({ name, state }) =>
      line(state === "failed" ? "down" : "ok", `${name} ${partStateName(state, lang)}`),
    ),
    ...checks.map((check) => line(checkMark[check.outcome], `${check.name} ${check.target} ${checkText(check, lang)}`)),
    ...(blocked.length === 0 ? [] : [`  ${say.blocked(blocked.length, examples.join(", "))}`]),
    ...(mails === 0 ? [] : [`  ${say.mails(mails)}`]),
    ...(wipe === null ? [] : [`  ${wipe.clean ? say.wiped(wipe.files) : say.notWiped(folder)}`]),
  ];
}

const checkMark = { up: "ok", degraded: "ok", down: "down", "not-asked": "unknown" } as const;

function phaseLines(
  { lang }: Context,
  phases: NonNullable<ReturnType<typeof drillStory>>["phases"],
): readonly string[] {
  const say = drillWords(lang);
  return phases.map(({ phase, seconds, changeSeconds }) => {
    const length = duration(seconds * 1000, lang);
    const told =
      changeSeconds === null
        ? say.noChange(say[phase], length)
        : say.change(say[phase], length, changeText(changeSeconds, lang));
    return `  ${told}`;
  });
}

function meaning(
  { lang }: Context,
  of: { drill: Drill; targetSeconds: number | null; story: ReturnType<typeof drillStory> },
): readonly string[] {
  const { drill, targetSeconds, story } = of;
  const say = drillWords(lang);
  const time = (seconds: number): string => duration(seconds * 1000, lang);
  const advice = { "link-idle": say.shortenLink, "by-hand": say.shortenHand, largest: say.shortenLargest } as const;
  const shorten = story?.shorten ?? null;
  const first = story?.first ?? null;
  return [
    targetSeconds === null || story === null ? say.noTarget : say.against(time(targetSeconds), say[story.verdict]),
    drill.lostSeconds === null ? say.lostUnknown : say.lost(time(drill.lostSeconds)),
    ...(first === null ? [] : [say.first(Math.round(first.ratio * 100))]),
    ...(shorten === null ? [] : [advice[shorten.why](say[shorten.phase], time(shorten.saveSeconds))]),
  ];
}
