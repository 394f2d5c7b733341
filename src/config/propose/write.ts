import type { Lang } from "../../kernel/lang.ts";
import { proposeWords } from "../../words/propose.ts";
import { entryLines, pairLines, renderFlow, renderKey } from "../edit/render.ts";
import type { Found, Suggestion } from "./look.ts";

/** What the person said to the proposals. */
export interface Answers {
  readonly lang: Lang;
  readonly timeZone: string;
  /** ids of the suggestions taken; null: those that were ticked */
  readonly take: readonly string[] | null;
  /** who is told; empty: nobody yet */
  readonly mail: string;
  /** the relay that takes mail; empty: this machine's own sendmail */
  readonly smtp: string;
}

/** The first configuration file, with a comment beside each check that says what was found. Pure: writes nothing. */
export function proposeConfig(found: Found, answers: Answers): string {
  const say = proposeWords(answers.lang);
  const taken = found.suggestions.filter(({ id, ticked }) => answers.take?.includes(id) ?? ticked);
  const lines = [
    `# ${say.fileHead(found.host)}`,
    "version: 1",
    `site: ${renderFlow({ name: found.host, lang: answers.lang, timezone: answers.timeZone })}`,
    `people: ${renderFlow(answers.mail === "" ? {} : { me: answers.mail })}   # ${say.whoIsTold}`,
    ...(taken.length === 0
      ? [`services: {}   # ${say.nothingYet}`]
      : ["services:", ...serviceLines(taken, answers.lang)]),
    ...(answers.smtp === ""
      ? []
      : pairLines("notify", { channels: { mail: { smtp: answers.smtp } } }, 0).map(mailComment(say.howMailLeaves))),
  ];
  return `${lines.join("\n")}\n`;
}

function mailComment(comment: string): (line: string) => string {
  return (line) => (line.includes("smtp:") ? `${line}   # ${comment}` : line);
}

function serviceLines(taken: readonly Suggestion[], lang: Lang): string[] {
  const say = proposeWords(lang);
  const services = [...new Set(taken.map(({ service }) => service))];
  return services.flatMap((service) => {
    const name = say.serviceName(service);
    return [
      `  ${renderKey(service, false)}:`,
      ...(name === "" ? [] : [`    name: ${renderFlow(name, false)}`]),
      "    checks:",
      ...taken
        .filter((one) => one.service === service)
        .flatMap(({ check, say: said }) => {
          const [first = "", ...rest] = entryLines("- ", check, 6);
          return [`${first}   # ${oneLine(said[lang])}`, ...rest];
        }),
    ];
  });
}

/** What a server said of itself may hold anything. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, 120);
}
