import { evidence } from "./evidence.ts";

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
  timeoutSeconds: 6,
  risk: 0,
  unit: "count",
});
