import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Entry } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Whether the provider's trouble is felt elsewhere, too. Many: most of our other places there, or several people who name it. */
export const pvCrowd = evidence({
  id: "pv.crowd",
  bundle: "prov",
  title: { ja: "他の利用者の声", en: "what others say" },
  states: ["none", "some", "many"],
  stateWords: {
    none: { ja: "ありません", en: "nobody else" },
    some: { ja: "少しあります", en: "some" },
    many: { ja: "多数あります", en: "many" },
  },
  leak: [0.03, 0.002],
  group: null,
  timeoutSeconds: 3,
  risk: 0,
  unit: "count",

  /** That nobody complains says nothing where no other place is looked at. */
  read({ places, voices }: Crowd): Reading | MissingReason {
    const silent = places.filter(({ isSilent }) => isSilent).map(({ place }) => place);
    if (places.length === 0 && voices.length === 0) return "not-configured";
    const isMost = silent.length >= fewPlaces && silent.length * 2 > places.length;
    const state = isMost || voices.length >= manyVoices ? "many" : silent.length + voices.length > 0 ? "some" : "none";
    const detail = [...silent, ...(voices.length > 0 ? [`×${voices.length}`] : [])];
    const facts = { tried: places.length, ...(detail.length > 0 ? { detail } : {}) };
    return { ...fromEntries(state, voices, facts), value: silent.length + voices.length };
  },
});

/** One other place that is silent may have a fault of its own. */
const fewPlaces = 2;
const manyVoices = 3;

/** A place of ours at the provider that what failed does not stand in. */
export interface PlaceSeen {
  readonly place: string;
  /** nothing there answers */
  readonly isSilent: boolean;
}

export interface Crowd {
  readonly places: readonly PlaceSeen[];
  /** one for each person who cannot reach a service and names the provider */
  readonly voices: readonly Entry[];
}
