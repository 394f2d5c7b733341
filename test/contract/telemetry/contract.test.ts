import { engines } from "./engines.ts";
import { telemetrySuite } from "./suite.ts";

for (const engine of engines) telemetrySuite(engine);
