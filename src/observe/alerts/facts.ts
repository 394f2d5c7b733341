import type { Facts } from "../../kernel/model/observation.ts";
import type { Severity } from "../../kernel/model/signal.ts";
import { alertName } from "./subjects.ts";

/** What is said of an alert, bounded and on single lines. */
export interface AlertFacts {
  readonly facts: Facts;
  /** one sentence */
  readonly text: string;
}

export interface TellingAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generator: string | null;
  readonly startsAtMs: number;
}

const longestFact = 300;
const mostLabelsShown = 12;
/** What senders call severities, in lower case; anything else, also nothing, is a warning. */
const severityOf: Readonly<Record<string, Severity>> = {
  critical: "critical",
  page: "critical",
  emergency: "critical",
  fatal: "critical",
  info: "info",
  information: "info",
  informational: "info",
  none: "info",
};

export function alertSeverity(labels: Readonly<Record<string, string>>): Severity {
  return severityOf[(labels["severity"] ?? "").toLowerCase()] ?? "warning";
}

export function alertFacts({ labels, annotations, generator }: TellingAlert): AlertFacts {
  const alertname = alertName(labels);
  const summary = oneLine(annotations["summary"] ?? annotations["message"] ?? annotations["description"] ?? "");
  const facts: Record<string, string | readonly string[]> = { alertname, labels: shown(labels) };
  if (summary !== "") facts["summary"] = summary;
  const link = linkOf(annotations["runbook_url"]);
  if (link !== null) facts["runbook"] = link;
  const source = linkOf(generator ?? undefined);
  if (source !== null) facts["generator"] = source;
  return { facts, text: summary === "" ? alertname : summary };
}

function shown(labels: Readonly<Record<string, string>>): readonly string[] {
  const pairs = Object.entries(labels).filter(([name]) => name !== "alertname");
  return pairs.slice(0, mostLabelsShown).map(([name, value]) => oneLine(`${name}=${value}`).slice(0, 120));
}

/** Only what a person may safely click. */
function linkOf(written: string | undefined): string | null {
  if (written === undefined || written.length > longestFact || !URL.canParse(written)) return null;
  return /^https?:$/.test(new URL(written).protocol) ? written : null;
}

function oneLine(text: string): string {
  const line = text
    .slice(0, longestFact * 2)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, " ")
    .trim();
  return line.length > longestFact ? `${line.slice(0, longestFact - 1)}…` : line;
}
