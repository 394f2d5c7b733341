import { err, ok, type Result } from "../../kernel/result.ts";
import { metricTypes, pointLabel, pointsProblem, sampleProblem, suffixes, type MetricType } from "./family.ts";
import { scanSample, type Scanned } from "./scan.ts";

/** One value of an exposition. */
export interface Exposed {
  readonly name: string;
  readonly type: MetricType;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** by the exporter's clock, Unix epoch UTC; null when it gives none */
  readonly atMs: number | null;
}

/** Why an exposition cannot be read: the line, from 1, and what is wrong with it. */
export interface ExpositionProblem {
  readonly line: number;
  readonly why: string;
}

interface Family {
  readonly name: string;
  type: MetricType;
  readonly said: Set<string>;
  unit: string;
  /** label sets whose points have begun; one comes only once */
  readonly groups: Set<string>;
  group: string | null;
  points: { suffix: string; sample: Scanned }[];
  hasSamples: boolean;
}

const metadata = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/;

/**
 * Reads OpenMetrics 1.0 as strictly as it is written down: a text that breaks a rule is refused whole, since half of a
 * scrape looks like a fault that is not there. Source: prometheus.io/docs/specs/om/open_metrics_spec
 */
export function parseOpenMetrics(text: string): Result<readonly Exposed[], ExpositionProblem> {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.at(-1) !== "# EOF") return err({ line: lines.length, why: "the text does not end with # EOF" });
  const families = createFamilies();
  const found: Exposed[] = [];
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const read = line.startsWith("#") ? families.metadata(line) : families.sample(line);
    if (typeof read === "string") return err({ line: index + 1, why: read });
    if (read !== null) found.push(read);
  }
  const open = families.close();
  return open === null ? ok(found) : err({ line: lines.length, why: open });
}

interface Families {
  metadata(line: string): string | null;
  sample(line: string): Exposed | string;
  /** ends the last family */
  close(): string | null;
}

/** One family after the other: a family that has ended does not begin again. */
function createFamilies(): Families {
  const known = new Set<string>();
  let current: Family | null = null;

  function enter(name: string): Family | string {
    if (current?.name === name) return current;
    const wrong = close();
    if (wrong !== null) return wrong;
    if (known.has(name)) return `the lines of ${name} stand together`;
    known.add(name);
    current = {
      name,
      type: "unknown",
      said: new Set(),
      unit: "",
      groups: new Set(),
      group: null,
      points: [],
      hasSamples: false,
    };
    return current;
  }

  function close(): string | null {
    if (current === null) return null;
    return unitProblem(current) ?? pointsProblem(current.type, current.points);
  }

  return {
    close,
    metadata(line) {
      const [, word = "", name = "", rest = ""] = metadata.exec(line) ?? [];
      if (word === "") return "a line with # is HELP, TYPE, UNIT or EOF";
      const family = enter(name);
      if (typeof family === "string") return family;
      if (family.hasSamples) return `${word} of ${name} stands before its values`;
      if (family.said.has(word)) return `${word} of ${name} is there twice`;
      family.said.add(word);
      return describe(family, word, rest);
    },
    sample(line) {
      const scanned = scanSample(line, { strict: true });
      if (typeof scanned === "string") return scanned;
      const suffix = current === null ? undefined : suffixOf(current, scanned.name);
      if (suffix === undefined && current?.name === scanned.name) return `${scanned.name} has no value of its own`;
      const family = suffix === undefined || current === null ? enter(scanned.name) : current;
      if (typeof family === "string") return family;
      return place(family, scanned, suffix ?? "");
    },
  };
}

function describe(family: Family, word: string, rest: string): string | null {
  if (word === "HELP") return null;
  if (word === "UNIT") {
    family.unit = rest;
    return /^[a-zA-Z0-9_:]*$/.test(rest) ? null : "a unit is one word";
  }
  const type = metricTypes.find((one) => one === rest);
  if (type === undefined) return `${rest.slice(0, 40)} is no type of metric`;
  family.type = type;
  return null;
}

function unitProblem({ name, type, unit }: Family): string | null {
  if (unit === "") return null;
  if (type === "info" || type === "stateset") return `${type} has no unit`;
  return name.endsWith(`_${unit}`) ? null : `${name} ends with its unit`;
}

function suffixOf({ name, type }: Family, sample: string): string | undefined {
  return suffixes[type].find((suffix) => name + suffix === sample);
}

function place(family: Family, scanned: Scanned, suffix: string): Exposed | string {
  family.hasSamples = true;
  const { type, name } = family;
  const wrong = sampleProblem(scanned, { type, name, suffix }) ?? groupProblem(family, scanned, suffix);
  if (wrong !== null) return wrong;
  const { labels, value, timestamp } = scanned;
  return { name: scanned.name, type, labels, value, atMs: timestamp === null ? null : timestamp * 1_000 };
}

/** Points of one label set stand together and do not go back in time. */
function groupProblem(family: Family, sample: Scanned, suffix: string): string | null {
  const group = groupOf(family, sample);
  if (group !== family.group) {
    const wrong = pointsProblem(family.type, family.points);
    if (wrong !== null) return wrong;
    if (family.groups.has(group)) return `the values of one set of labels stand together`;
    family.groups.add(group);
    family.group = group;
    family.points = [];
  }
  const before = family.points.findLast((point) => point.suffix === suffix && samePoint(family, point.sample, sample));
  const wrong = before === undefined ? null : timeProblem(before.sample.timestamp, sample.timestamp);
  if (wrong !== null) return wrong;
  // a later moment of the same metric is a new set of points
  if (before !== undefined && before.sample.timestamp !== sample.timestamp) {
    const bad = pointsProblem(family.type, family.points);
    if (bad !== null) return bad;
    family.points = [];
  }
  if (before === undefined || before.sample.timestamp !== sample.timestamp) family.points.push({ suffix, sample });
  return null;
}

function timeProblem(before: number | null, now: number | null): string | null {
  if (before === null && now === null) return "the same value is there twice";
  if (before === null || now === null) return "either all values of a metric have a timestamp or none";
  return now < before ? "timestamps go back" : null;
}

function groupOf(family: Family, { labels }: Scanned): string {
  const own = pointLabel(family.type, family.name);
  const pairs = Object.entries(labels).filter(([name]) => name !== own);
  return JSON.stringify(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function samePoint(family: Family, one: Scanned, other: Scanned): boolean {
  const own = pointLabel(family.type, family.name);
  return own === null || one.labels[own] === other.labels[own];
}
