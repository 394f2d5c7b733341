export { emptySite } from "./empty.ts";
export { explainKey, nearestKey } from "./explain.ts";
export type { Finding, FindingSeverity } from "./finding.ts";
export { configJsonSchema } from "./json-schema.ts";
export { checkConfigText, loadConfig, type LoadOptions, type LoadOutcome } from "./load.ts";
export { thisMachine, type Machine } from "./machine.ts";
export { exitCodeOf, formatFinding, formatFindings } from "./print.ts";
export { configReference, untoldKeys } from "./reference.ts";
export { openSecrets, type SitePlan } from "./secrets.ts";
