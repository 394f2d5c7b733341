export { createDetector } from "./detector.ts";
export type { Detector, DetectorDeps } from "./detector.ts";
export { foldSignals, watchedServices } from "./folding.ts";
export type { FoldInput } from "./folding.ts";
