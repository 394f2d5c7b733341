import { sleep } from "../../kernel/clock.ts";
import { isLeft } from "../../words/window-findings.ts";
import { windowWords } from "../../words/windows.ts";
import type { Command, Context } from "../command.ts";
import { findingLines, findingRows, windowNamedOrOnly, windowUrl, type FindingsAnswer } from "../window-text.ts";

const askEveryMs = 2_000;
const interruptedExit = 130;

export const maintenanceCheck: Command = {
  name: "maintenance check",
  summary: {
    ja: "終わったあとの点検をやり直し、結果を待つ",
    en: "do the checks after the work again, and wait for them",
  },
  usage: "[ID]",
  examples: ["koboshi maintenance check", "koboshi maintenance check 3 --plain", "koboshi maintenance check 3 --json"],
  async run(context) {
    const { lang, terminal } = context;
    const id = await windowNamedOrOnly(context, ["verifying"]);
    const say = windowWords(lang);
    const { items, checking } = await ended(context, id);
    const left = items.filter(isLeft);
    const verdict = left.length === 0 ? say.allPassed : say.remaining(left.length);
    return {
      exit: checking ? interruptedExit : left.length === 0 ? 0 : 3,
      json: { ok: !checking && left.length === 0, left: left.length, checking, items },
      text: [checking ? say.stillChecking : verdict, ...findingLines(items, { lang, terminal })].join("\n"),
      plain: findingRows(items),
      quiet: left.map(({ host, check }) => `${host}/${check}`),
    };
  },
};

/** Many hosts take longer than one answer may: it is asked for until they were all looked at, or nobody waits any more. */
async function ended(context: Context, id: number): Promise<FindingsAnswer> {
  const { hub, lang, clock, signal, hint } = context;
  const client = hub();
  let found = await client.post<FindingsAnswer>(windowUrl(id, context, "/check"));
  if (found.checking) hint(windowWords(lang).checking);
  while (found.checking && !signal.aborted) {
    await sleep(clock, askEveryMs, signal);
    if (!signal.aborted) found = await client.get<FindingsAnswer>(windowUrl(id, context, "/findings"));
  }
  return found;
}
