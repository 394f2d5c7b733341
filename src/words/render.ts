import { catalogue } from "./catalogue.ts";

/** What every rendered page says around its content. */
export const renderWords = catalogue({ skip: "本文へ" }, { skip: "Skip to content" });
