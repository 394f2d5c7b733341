import { err, ok, type Result } from "../../kernel/result.ts";
import type { MetricType } from "./family.ts";
import type { Exposed, ExpositionProblem } from "./openmetrics.ts";
import { scanSample } from "./scan.ts";

const typeLine = /^#[ \t]+TYPE[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]+(\w+)[ \t]*$/;
const types: Readonly<Record<string, MetricType>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  summary: "summary",
  untyped: "unknown",
};
const pointSuffix = /_(?:bucket|count|sum)$/;

/**
 * Reads Prometheus' text format 0.0.4, as lenient as Prometheus itself: spaces may be more, other comments are passed over.
 * Source: prometheus.io/docs/instrumenting/exposition_formats
 */
export function parsePrometheusText(text: string): Result<readonly Exposed[], ExpositionProblem> {
  const typeOf = new Map<string, MetricType>();
  const found: Exposed[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const written = line.trim();
    if (written === "") continue;
    if (written.startsWith("#")) {
      const [, name = "", word = ""] = typeLine.exec(written) ?? [];
      if (name !== "") typeOf.set(name, types[word] ?? "unknown");
      continue;
    }
    const scanned = scanSample(written, { strict: false });
    if (typeof scanned === "string") return err({ line: index + 1, why: scanned });
    const { name, labels, value, timestamp } = scanned;
    const type = typeOf.get(name) ?? typeOf.get(name.replace(pointSuffix, "")) ?? "unknown";
    found.push({ name, type, labels, value, atMs: timestamp });
  }
  return ok(found);
}
