import type { MetricSources } from "../../src/kernel/ports-metrics.ts";
import type { PathBoard } from "../../src/kernel/ports-paths.ts";

/** Nothing is looked at. */
export const noPaths: PathBoard = { paths: () => [], leftOut: () => 0, history: async () => [] };

/** Nobody sends metrics. */
export const noMetricSources: MetricSources = { sources: () => [] };
