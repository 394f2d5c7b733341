export { probes } from "./probes/index.ts";
export { everyCheckKeys, observeSchema } from "./schema.ts";
export { createScheduler } from "./scheduler.ts";
export { createConnectivity, type Connectivity, type Sight } from "./connectivity.ts";
export { trustedHosts } from "./trusted-hosts.ts";
export { createVantageDesk, type VantageDesk } from "./vantage/desk.ts";
export { vantagePaths } from "./vantage/wire.ts";
export { runVantage } from "./vantage/run-vantage.ts";
