export { createHereVantage } from "./here.ts";
export { probes } from "./probes/index.ts";
export type { AlertIntake } from "./alerts/intake.ts";
export { everyCheckKeys, observeSchema } from "./schema.ts";
export { createVantageDesk, type VantageDesk } from "./vantage/desk.ts";
export { vantagePaths } from "./vantage/wire.ts";
export { createSenses, type Senses } from "./senses.ts";
export { runVantage } from "./vantage/run-vantage.ts";
