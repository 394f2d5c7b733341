export type { Sight } from "./connectivity.ts";
export { createHereVantage, type HereVantage } from "./here.ts";
export { probes } from "./probes/index.ts";
export { everyCheckKeys, observeSchema } from "./schema.ts";
export { createVantageDesk, type VantageDesk } from "./vantage/desk.ts";
export { vantagePaths } from "./vantage/wire.ts";
export { runVantage } from "./vantage/run-vantage.ts";
