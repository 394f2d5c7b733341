import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { CopyState } from "../../kernel/model/recovery.ts";
import type { KnownCopies } from "../../kernel/ports-diagnosis-sources.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";

/** Independent places that still hold a readable copy. */
export const bkCopies = evidence({
  id: "bk.copies",
  bundle: "bak",
  title: { ja: "控えの所在", en: "where copies are" },
  states: ["all", "some", "none"],
  stateWords: {
    all: { ja: "すべてそろっています", en: "all are there" },
    some: { ja: "一部が失われています", en: "some are gone" },
    none: { ja: "ひとつもありません", en: "none is left" },
  },
  leak: [0.01, 0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 6,
  risk: 0,
  unit: "count",

  /** As they were last read, of places that ever held one; what cannot be reached is not lost, and proves nothing. */
  read({ runs, copies }: KnownCopies): Reading | MissingReason {
    const made = new Set(runs.flatMap(({ state, place }) => (state === "committed" ? [place] : [])));
    const held = copies.filter(({ place, sets }) => made.has(place) || sets.length > 0);
    const seen = held.filter((copy) => (copy.trouble === null ? copy.readAt !== null : isGone(copy)));
    if (seen.length === 0) return held.length === 0 ? "not-configured" : "unreachable";
    const gone = seen.filter(isGone);
    const state = gone.length === 0 ? "all" : gone.length < seen.length ? "some" : "none";
    return told(state, seen.length - gone.length, { detail: gone.map(({ place }) => place).join(" ") });
  },
});

/** restic found no repository where one was. */
const noRepository = "KB8003";

function isGone({ trouble, sets }: CopyState): boolean {
  return trouble === null ? sets.length === 0 : trouble.code === noRepository;
}
