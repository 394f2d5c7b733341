import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { whySections } from "../kernel/model/host-answers.ts";
import { hostLookWords } from "../words/host-look.ts";
import { hostWhyWords } from "../words/host-why-words.ts";

/** Parts of a look as people call them, and what the host script has to look at for each. */
const sections: Readonly<Record<string, readonly string[]>> = {
  load: ["counters", "procs", "twice"],
  cpu: ["counters", "procs", "twice"],
  processes: ["counters", "procs", "twice"],
  io: ["counters", "twice"],
  network: ["counters", "twice"],
  memory: ["memory", "oom"],
  disk: ["disks", "netdisks"],
  disks: ["disks", "netdisks"],
  clock: ["counters", "units", "twice"],
  units: ["counters", "units", "twice"],
  listeners: ["ports"],
  cron: ["cron", "counters", "units", "twice"],
  certificates: ["certs"],
  updates: ["updates"],
};

/**
 * Everything, or the parts that `--only disk,clock` names; the clock is always among them, for every time of a reading is
 * the machine's. @throws KoboshiError KB1001 for a part that does not exist
 */
export function sectionsOf(only: string | null, lang: Lang): readonly string[] {
  if (only === null) return ["full", "twice"];
  const wanted = only
    .split(",")
    .map((part) => (Object.hasOwn(sections, part.trim()) ? sections[part.trim()] : undefined));
  if (wanted.includes(undefined)) {
    throw new KoboshiError("KB1001", { what: hostLookWords(lang).whichPart(Object.keys(sections).join(" ")) });
  }
  return [...new Set(["ident", "system", "clock", ...wanted.flatMap((part) => part ?? [])])];
}

/** What to ask for with `--why`: everything, or what `--only limits,db` names. @throws KoboshiError KB1001 */
export function whyWordsOf(only: string | null, lang: Lang): readonly string[] {
  const wanted = (only ?? "").split(",").map((part) => part.trim());
  const named = wanted.filter((part) => part !== "");
  if (named.some((part) => !whySections.some((section) => section === part))) {
    throw new KoboshiError("KB1001", { what: hostWhyWords(lang).noPart(whySections.join(" ")) });
  }
  return ["why", ...named];
}
