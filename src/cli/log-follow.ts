import { sleep } from "../kernel/clock.ts";
import { logWords } from "../words/logs.ts";
import type { Answer, Context } from "./command.ts";
import { markedText, type EntryAnswer } from "./log-text.ts";

const askEveryMs = 1_000;
const mostAtOnce = 1_000;
/** Lines carry their own times: those that come late are still within this. */
const lookBackMs = 10 * 60_000;

/** Prints new lines as they can be found, until it is stopped. */
export async function followLogs({ hub, values, clock, lang, signal, hint }: Context): Promise<Answer> {
  const client = hub();
  const query = new URLSearchParams({ limit: String(mostAtOnce) });
  for (const name of ["host", "source", "text", "severity"])
    if (typeof values[name] === "string") query.set(name, values[name]);
  let lastSeq: number | null = null;
  hint(logWords(lang).tailStarted);
  while (!signal.aborted) {
    query.set("from", String(clock.nowMs() - lookBackMs));
    const { items } = await client.get<{ items: EntryAnswer[] }>(`/api/v1/logs?${query.toString()}`);
    const seqs = items.map(({ seq }) => seq ?? 0);
    const known = lastSeq;
    const fresh = known === null ? items.slice(0, 10) : items.filter(({ seq }) => (seq ?? 0) > known);
    for (const entry of fresh.toReversed())
      process.stdout.write(`${values["json"] === true ? JSON.stringify(entry) : markedText(entry, lang)}\n`);
    lastSeq = Math.max(known ?? 0, ...seqs);
    await sleep(clock, askEveryMs, signal);
  }
  return { exit: 0, json: {}, text: "" };
}
