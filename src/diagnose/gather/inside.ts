import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import { createDataGatherer } from "./data.ts";
import { createDatabaseGatherer } from "./db.ts";
import type { Gatherer } from "./gatherer.ts";
import { createLinesGatherer } from "./lines.ts";
import { createLogGatherer } from "./log.ts";
import { createMailGatherer } from "./mail.ts";
import { createHostGatherer } from "./ssh.ts";
import { createServiceGatherer } from "./svc.ts";

/** Everything that is gathered from inside the machines. */
export function insideGatherers(sources: InsideSources): readonly Gatherer[] {
  return [
    createHostGatherer(sources),
    createLinesGatherer(sources),
    createLogGatherer(sources),
    createServiceGatherer(sources),
    createDatabaseGatherer(sources),
    createMailGatherer(sources),
    createDataGatherer(sources),
  ];
}
