import type { z } from "zod";
import type { LearnedJson } from "../../api/routes/learned.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { fitSentence, learnedWords } from "../../words/learned.ts";
import type { Answer, Command } from "../command.ts";

type Learned = z.output<typeof LearnedJson>;

export const causeLearned: Command = {
  name: "cause learned",
  summary: {
    ja: "確定した原因とふだんのようすから学んだこと(取り消し・書き出しも)",
    en: "what confirmed causes and healthy days taught; take back, or write out",
  },
  usage: "[--withdraw CASE | --restore CASE | --proposal ID]",
  examples: ["koboshi cause learned", "koboshi cause learned --json", "koboshi cause learned --withdraw 3"],
  options: {
    withdraw: { type: "string" },
    restore: { type: "string" },
    proposal: { type: "string" },
  },
  async run({ values, hub, lang }) {
    const client = hub();
    const { withdraw, restore, proposal } = values;
    const changed = typeof withdraw === "string" ? withdraw : restore;
    if (typeof changed === "string") {
      const id = caseIdOf(changed);
      const after = await client.post<Learned>(`/api/v1/diagnosis/cases/${id}?lang=${lang}`, {
        withdrawn: typeof withdraw === "string",
      });
      const say = learnedWords(lang);
      const title = after.cases.find((one) => one.id === id)?.title[lang] ?? "";
      const text = typeof withdraw === "string" ? say.undone(title) : say.redone(title);
      return { ...answer(after, lang), text };
    }
    const learned = await client.get<Learned>("/api/v1/diagnosis/learned");
    if (typeof proposal !== "string") return answer(learned, lang);
    const found = learned.proposals.find(({ id }) => id === proposal);
    if (found === undefined) throw new KoboshiError("KB1002", { what: proposal.slice(0, 100) });
    return { exit: 0, json: { proposal: found }, text: found.yaml.trimEnd(), quiet: [found.id] };
  },
};

/** @throws KoboshiError KB1001 when it is no number */
function caseIdOf(written: string): number {
  if (!/^[1-9]\d{0,8}$/.test(written)) throw new KoboshiError("KB1001", { what: `CASE ${written.slice(0, 20)}` });
  return Number(written);
}

function answer(learned: Learned, lang: Lang): Answer {
  const say = learnedWords(lang);
  return {
    exit: 0,
    json: learned,
    text: [
      say.cases,
      ...(learned.cases.length === 0 ? [`  ${say.noCases}`] : learned.cases.map((one) => `  ${caseLine(one, lang)}`)),
      "",
      `${say.habits}  ${say.habitsLead(String(learned.habitsKept))}`,
      ...(learned.habits.length === 0
        ? [`  ${say.noHabits}`]
        : learned.habits.map((one) => `  ${habitLine(one, lang)}`)),
      "",
      `${say.fit}  ${fitSentence(learned.fit, lang)}`,
      "",
      say.proposals,
      ...(learned.proposals.length === 0
        ? [`  ${say.noProposals}`]
        : learned.proposals.flatMap((one) => proposalLines(one, lang))),
    ].join("\n"),
    plain: [
      ...learned.cases.map(({ id, incidentId, cause, component, withdrawn }) =>
        ["case", id, incidentId, cause, component ?? "", withdrawn ? "withdrawn" : "counts"].join("\t"),
      ),
      ...learned.habits.flatMap(({ evidence, target, vantage, states }) =>
        states.map(({ state, shipped, learned: rate }) =>
          ["habit", evidence, target, vantage ?? "", state, shipped, rate.toFixed(4)].join("\t"),
        ),
      ),
      ["fit", learned.fit.temperature ?? learned.fit.shipped, learned.fit.cases].join("\t"),
      ...learned.proposals.map(({ id, incidents }) => ["proposal", id, incidents.join(",")].join("\t")),
    ],
    quiet: learned.cases.map(({ id }) => String(id)),
  };
}

function caseLine(
  { id, incidentId, title, component, at, by, withdrawn }: Learned["cases"][number],
  lang: Lang,
): string {
  const say = learnedWords(lang);
  const where = component === null ? "" : ` (${component})`;
  return `${id}  #${incidentId}  ${title[lang]}${where}  ${by} ${at.slice(0, 16)}${withdrawn ? `  [${say.withdrawn}]` : ""}`;
}

function habitLine(
  { evidence, target, vantage, title, states, isChronic, withdrawn }: Learned["habits"][number],
  lang: Lang,
): string {
  const say = learnedWords(lang);
  const raised = states.filter(({ shipped, learned }) => learned > shipped);
  const rates = raised.map(({ word, shipped, learned }) => `${word[lang]} ${percent(shipped)} → ${percent(learned)}`);
  const from = vantage === null ? "" : ` ← ${vantage}`;
  const mark = withdrawn ? `  [${say.withdrawn}]` : isChronic ? `  [${say.chronic}]` : "";
  return `${evidence} ${target}${from}  ${title[lang]}: ${rates.join(" / ")}${mark}`;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 1_000) / 10}%`;
}

function proposalLines({ id, incidents, signs }: Learned["proposals"][number], lang: Lang): readonly string[] {
  const say = learnedWords(lang);
  return [
    `  ${id}  ${say.proposalOf(incidents.map((incident) => `#${incident}`).join(", "))}`,
    ...signs.map(({ title, word, count }) => `    ${say.sign(title[lang], word[lang], String(count))}`),
    `    ${say.addWith(id)}`,
  ];
}
