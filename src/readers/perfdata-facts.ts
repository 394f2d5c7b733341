import type { Facts } from "../kernel/model/observation.ts";

/** One value of a plugin, as a series of its own. */
export interface PerfMetric {
  readonly label: string;
  /** base units: `s`, `B`, `%`, `c` (a counter), a word of the plugin's own, or nothing */
  readonly unit: string;
  readonly value: number;
}

/** The values a check of a command left in its facts (`perf.LABEL`, `perfUnits`), to be kept as measurements. */
export function perfMetrics(facts: Facts): readonly PerfMetric[] {
  const written = facts["perfUnits"];
  const units = new Map(
    (Array.isArray(written) ? written : []).map((entry) => {
      const text = String(entry);
      const end = text.lastIndexOf("=");
      return [text.slice(0, end), text.slice(end + 1)] as const;
    }),
  );
  return Object.entries(facts).flatMap(([name, value]) => {
    const label = name.slice("perf.".length);
    if (!name.startsWith("perf.") || typeof value !== "number") return [];
    return [{ label, unit: units.get(label) ?? "", value }];
  });
}
