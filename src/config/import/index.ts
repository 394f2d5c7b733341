import { blackbox } from "./blackbox.ts";
import { gatus } from "./gatus.ts";
import { healthchecks } from "./healthchecks.ts";
import type { Importer } from "./importer.ts";
import { kuma } from "./kuma.ts";

/** The only list of products: adding one is its file and one line here. */
export const importers: readonly Importer[] = [blackbox, gatus, healthchecks, kuma];
