import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { createBackupGatherer } from "./bak.ts";
import { createHardwareGatherer } from "./bmc.ts";
import { createChangeGatherer } from "./chg.ts";
import { createCrowdGatherer } from "./crowd.ts";
import { createNameGatherer } from "./dns.ts";
import type { Gatherer } from "./gatherer.ts";
import { createNetGatherer } from "./net.ts";
import { createPathGatherer } from "./path.ts";
import { createProviderGatherer } from "./prov.ts";
import { createUserGatherer } from "./user.ts";

/** Everything that is gathered from outside and from our own books; the first wave is `chg`, `user`, `bak` and `net`. */
export function gatherers(sources: DiagnosisSources): readonly Gatherer[] {
  return [
    createChangeGatherer(sources),
    createUserGatherer(sources),
    createBackupGatherer(sources),
    createNetGatherer(sources),
    createNameGatherer(sources),
    createPathGatherer(sources),
    createProviderGatherer(sources),
    createCrowdGatherer(sources),
    createHardwareGatherer(sources),
  ];
}
