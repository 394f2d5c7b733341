import { openSecrets, thisMachine } from "../config/index.ts";
import { tryConfiguration, type LiveResult } from "../config/live/live.ts";
import type { LoadOutcome } from "../config/load.ts";
import { configEditWords } from "../words/config-edit.ts";
import { whileAlive } from "./alive.ts";
import type { Context } from "./command.ts";

const longestTrialMs = 15_000;

/** Tries each thing of a right configuration once. @returns null when its secrets cannot be opened */
export async function tryLive(
  { plan }: LoadOutcome,
  { clock, signal, timeoutMs }: Pick<Context, "clock" | "signal" | "timeoutMs">,
): Promise<readonly LiveResult[] | null> {
  if (plan === null) return null;
  const machine = thisMachine();
  const opened = openSecrets(plan, machine);
  if (!opened.ok) return null;
  const { hasSendmail } = machine;
  const limits = { clock, signal, timeoutMs: Math.min(timeoutMs, longestTrialMs), hasSendmail };
  return whileAlive(() => tryConfiguration(opened.value, limits));
}

/** One line for each thing, the sum last. */
export function liveText(
  results: readonly LiveResult[],
  { lang, terminal }: Pick<Context, "lang" | "terminal">,
): string {
  const say = configEditWords(lang);
  const rows = results.map(({ state, name, say: said, error, tookMs }) => {
    const mark = terminal.paint(terminal.glyph(state), state);
    const more = error === null ? "" : `\n    ${error}`;
    return `${mark} ${terminal.pad(name, 40)}  ${said[lang]}  ${tookMs} ms${more}`;
  });
  const count = (...states: readonly string[]): number => results.filter(({ state }) => states.includes(state)).length;
  return [say.live, ...rows, say.liveDone(count("ok"), count("warning", "unknown"), count("down"))].join("\n");
}

export function liveExit(results: readonly LiveResult[]): number {
  if (results.some(({ state }) => state === "down")) return 4;
  return results.every(({ state }) => state === "ok") ? 0 : 3;
}
