export { createHereVantage } from "./here.ts";
export { createHeartbeats } from "./heartbeats/heartbeats.ts";
export { probes } from "./probes/index.ts";
export { createAlertIntake, type AlertIntake } from "./alerts/intake.ts";
export { everyCheckKeys, observeSchema } from "./schema.ts";
export { createVantageDesk, type VantageDesk } from "./vantage/desk.ts";
export { vantagePaths } from "./vantage/wire.ts";
export { createWatchdog } from "./watchdog/watchdog.ts";
export { runVantage } from "./vantage/run-vantage.ts";
