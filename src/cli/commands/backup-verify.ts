import { safeText } from "../../clients/safe-text.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { levelName } from "../../words/backups-proof.ts";
import { recoveryCliWords } from "../../words/recovery-cli.ts";
import { findingSentence, levelWords, verifyNotes } from "../../words/recovery-verify.ts";
import { levelOf, planOfArgs, type TaskAnswer, type TextStyle } from "../backup-text.ts";
import { watchTask } from "../backup-watch.ts";
import { HubRefusal } from "../client.ts";
import type { Command } from "../command.ts";

const interruptedExit = 130;
/** UX §3.3: data differ */
const brokenExit = 6;
const levels: ReadonlySet<string> = new Set(["2", "3", "4", "5"]);

export const backupVerify: Command = {
  name: "backup verify",
  summary: { ja: "控えを検査する(深さ 2〜5)", en: "verify copies, to level 2 to 5" },
  usage: "PLAN [--level N] [--place PLACE]",
  examples: [
    "koboshi backup verify shop-data",
    "koboshi backup verify shop-data --level 5 --place office",
    "koboshi backup verify shop-data --json",
  ],
  options: { level: { type: "string" }, place: { type: "string" } },
  async run({ args, values, hub, lang, terminal, clock, signal, hint }) {
    const plan = planOfArgs(args, lang);
    const say = recoveryCliWords(lang);
    const written = typeof values["level"] === "string" ? values["level"] : "2";
    if (!levels.has(written)) throw new KoboshiError("KB1001", { what: say.badLevel(written) });
    const place = typeof values["place"] === "string" ? { place: values["place"] } : {};
    const client = hub();
    hint(say.verifying(plan));
    const path = `/api/v1/backups/${encodeURIComponent(plan)}/verify?lang=${lang}`;
    const begun = await client.post<TaskAnswer>(path, { level: Number(written), ...place });
    const task = await watchTask({ client, clock, signal, hint, lang }, begun);
    if (task === null) {
      hint(say.verifyGoesOn(plan));
      return { exit: interruptedExit, json: { ok: null, plan, verifications: [] }, text: "" };
    }
    throwRefusal(task);
    const { verifications } = task;
    return {
      exit: exitOf(verifications),
      json: { ok: exitOf(verifications) === 0, plan, verifications },
      text:
        verifications.length === 0
          ? say.nothingVerified
          : verifications.flatMap((one) => linesOf(one, { lang, terminal })).join("\n"),
      plain: verifications.map(({ place: at, level, ok, findings }) =>
        [
          at,
          level,
          ok ? "ok" : findings.some(({ severity }) => severity === "broken") ? "broken" : "open",
          findings.map(({ code }) => code).join(","),
        ].join("\t"),
      ),
      quiet: verifications.map(({ id }) => id),
    };
  },
};

/** What went wrong in the hub is told as if it had been refused at once. */
export function throwRefusal({ error }: TaskAnswer): void {
  if (error === null) return;
  const { message, fix } = error;
  throw new HubRefusal(error.code as KoboshiError["code"], { message, fix });
}

type Verified = TaskAnswer["verifications"];
const notes: ReadonlySet<string> = new Set(verifyNotes);

function exitOf(verified: Verified): number {
  if (verified.some(isBroken)) return brokenExit;
  const isOpen = verified.some(({ findings }) => findings.some(({ code }) => !notes.has(code)));
  return verified.length === 0 || isOpen ? 3 : 0;
}

/** What could not be proven is no damage. */
function isBroken({ findings }: Verified[number]): boolean {
  return findings.some(({ severity }) => severity === "broken");
}

/** Facts of a finding may hold foreign text: no control character of it reaches the terminal. */
function linesOf(one: Verified[number], { lang, terminal }: TextStyle): readonly string[] {
  const say = recoveryCliWords(lang);
  const level = levelOf(one.level);
  const { proves, not } = levelWords(lang, level);
  const mark = one.ok ? "ok" : isBroken(one) ? "down" : "unknown";
  const words = { ok: say.sound, down: say.notSound, unknown: say.notShown } as const;
  return [
    `${terminal.paint(`${terminal.glyph(mark)} ${words[mark]}`, mark)}  ${one.place}  ${levelName(level, lang)}`,
    ...(one.ok ? [`  ${say.proves(proves)}`, `  ${say.provesNot(not)}`] : []),
    ...one.findings.map(({ code, facts }) => `  ${safeText(findingSentence(lang, { code, facts }), [])}  ${code}`),
  ];
}
