import { safeText } from "../../clients/safe-text.ts";
import { wayName } from "../../words/backups-proof.ts";
import { backupWords } from "../../words/backups.ts";
import { afterText, answerText } from "../../words/proof-answers.ts";
import { recoveryCliWords } from "../../words/recovery-cli.ts";
import { proofSentence } from "../../words/recovery-verify.ts";
import { planOfArgs, type TaskAnswer, type TextStyle } from "../backup-text.ts";
import { watchTask } from "../backup-watch.ts";
import type { Command } from "../command.ts";
import { throwRefusal } from "./backup-verify.ts";

const interruptedExit = 130;

export const backupProve: Command = {
  name: "backup prove",
  summary: { ja: "書き込み側の権限で控えを消せるか試す", en: "try whether the writer can delete what it wrote" },
  usage: "PLAN [--place PLACE]",
  examples: [
    "koboshi backup prove shop-data",
    "koboshi backup prove shop-data --place cloud",
    "koboshi backup prove shop-data --json",
  ],
  options: { place: { type: "string" } },
  async run({ args, values, hub, lang, terminal, clock, signal, hint }) {
    const plan = planOfArgs(args, lang);
    const say = recoveryCliWords(lang);
    const client = hub();
    hint(say.proving(plan));
    const path = `/api/v1/backups/${encodeURIComponent(plan)}/prove?lang=${lang}`;
    const begun = await client.post<TaskAnswer>(
      path,
      typeof values["place"] === "string" ? { place: values["place"] } : {},
    );
    const task = await watchTask({ client, clock, signal, hint, lang }, begun);
    if (task === null) {
      hint(say.verifyGoesOn(plan));
      return { exit: interruptedExit, json: { ok: null, plan, proofs: [] }, text: "" };
    }
    throwRefusal(task);
    const { proofs } = task;
    const refused = proofs.length > 0 && proofs.every(({ result }) => result === "refused");
    return {
      exit: refused ? 0 : 3,
      json: { ok: refused, plan, proofs },
      text:
        proofs.length === 0 ? say.nothingProven : proofs.flatMap((one) => linesOf(one, { lang, terminal })).join("\n"),
      plain: proofs.map(({ place, result, at }) => [place, result, at].join("\t")),
      quiet: proofs.map(({ place }) => place),
    };
  },
};

const marks = { refused: "ok", deletable: "down", inconclusive: "unknown" } as const;

/** The far side's answers are foreign text. */
function linesOf({ place, result, tried }: TaskAnswer["proofs"][number], { lang, terminal }: TextStyle): string[] {
  const say = backupWords(lang);
  const mark = marks[result];
  return [
    `${terminal.paint(`${terminal.glyph(mark)} ${proofSentence(lang, { result })}`, mark)}  ${place}`,
    ...tried.map(
      ({ way, answer, intact }) =>
        `  ${say.proofWay(wayName(way, lang), answerText(safeText(answer, []), lang), afterText(way, intact, lang))}`,
    ),
  ];
}
