export { createPauses, type Pauses } from "./pauses.ts";
export { createAvailability } from "./availability.ts";
export { createDetector } from "./detector.ts";
export type { Detector } from "./detector.ts";
export { foldSignals, watchedServices } from "./folding.ts";
