import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { cliWords } from "../words/cli.ts";
import type { HubClient } from "./client.ts";

/** Reads `241` or `#241`; without a word, the only open incident when there is just one. @throws KoboshiError KB1001 */
export async function incidentIdOf(word: string | undefined, hub: HubClient, lang: Lang): Promise<number> {
  if (word === undefined) {
    const { items } = await hub.get<{ items: { id: number }[] }>("/api/v1/incidents?state=open&limit=2");
    if (items.length === 1 && items[0] !== undefined) return items[0].id;
    throw new KoboshiError("KB1001", { what: cliWords(lang).needsIncident });
  }
  const match = /^#?(\d+)$/.exec(word);
  if (match === null) throw new KoboshiError("KB1001", { what: cliWords(lang).notANumber(word) });
  return Number(match[1]);
}
