/** One metric with all its samples, as Prometheus reads it. */
export interface Family {
  /** without the `_total` of counters */
  readonly name: string;
  readonly type: "gauge" | "counter" | "info";
  /** one line of English */
  readonly help: string;
  /** base unit, the last word of the name: `seconds`, `bytes`, `ratio`; none when left out */
  readonly unit?: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** names are ours; values are escaped here */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** `text`: Prometheus text 0.0.4; `openmetrics`: OpenMetrics 1.0.0. */
export type Dialect = "text" | "openmetrics";

export const contentTypes: Readonly<Record<Dialect, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** What a scraper asks for; anything that does not know OpenMetrics gets the older text. */
export function dialectOf(accept: string | undefined): Dialect {
  return /application\/openmetrics-text/i.test(accept ?? "") ? "openmetrics" : "text";
}

/** Writes the families in order; one without samples is left out. Source: prometheus.io/docs/instrumenting/exposition_formats */
export function writeExposition(families: readonly Family[], dialect: Dialect): string {
  const lines: string[] = [];
  for (const family of families) if (family.samples.length > 0) writeFamily(lines, family, dialect);
  if (dialect === "openmetrics") lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

function writeFamily(lines: string[], { name, type, help, unit, samples }: Family, dialect: Dialect): void {
  const suffix = { gauge: "", counter: "_total", info: "_info" }[type];
  const isOpen = dialect === "openmetrics";
  const family = isOpen ? name : `${name}${suffix}`;
  // the older text has no info type, and a gauge of 1 says the same
  lines.push(
    `# HELP ${family} ${escapeHelp(help, isOpen)}`,
    `# TYPE ${family} ${isOpen || type !== "info" ? type : "gauge"}`,
  );
  if (isOpen && unit !== undefined) lines.push(`# UNIT ${family} ${unit}`);
  for (const { labels, value } of samples) lines.push(`${name}${suffix}${writeLabels(labels)} ${writeValue(value)}`);
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  // a lone surrogate is no UTF-8
  return Buffer.from(value).toString().replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function escapeHelp(help: string, quotes: boolean): string {
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return quotes ? escaped.replaceAll('"', '\\"') : escaped;
}

function writeValue(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}
