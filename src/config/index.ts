export { emptySite } from "./empty.ts";
export { explainKey, nearestKey } from "./explain.ts";
export { configJsonSchema } from "./json-schema.ts";
export { checkConfigText, loadConfig } from "./load.ts";
export { thisMachine, type Machine } from "./machine.ts";
export { exitCodeOf, formatFinding, formatFindings } from "./print.ts";
export { configReference, untoldKeys } from "./reference.ts";
export { openSecrets, openSomeSecrets } from "./secrets.ts";
