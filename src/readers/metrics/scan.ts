/** What a line of an exposition says, before it is held against its family. */
export interface Scanned {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** as written: seconds in OpenMetrics, milliseconds in the older text; null when none is given */
  readonly timestamp: number | null;
  readonly exemplar: boolean;
}

/** `strict`: OpenMetrics, where each space counts; otherwise Prometheus' text, where they may be more and tabs. */
export interface Scan {
  readonly strict: boolean;
}

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const labelValue = /"((?:[^"\\\n]|\\[^\n])*)"/y;
const number = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf(?:inity)?)$/i;
const finite = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
/** Source: OpenMetrics 1.0, "Exemplars". */
const longestExemplarChars = 128;

/** Reads one sample. @returns a sentence when the line is none */
export function scanSample(line: string, { strict }: Scan): Scanned | string {
  const text = strict ? line : line.trim();
  const name = matchAt(metricName, text, 0)?.[0];
  if (name === undefined) return "a line begins with the name of a metric";
  const bracket = strict ? name.length : skipBlank(text, name.length);
  const labelled = text[bracket] === "{" ? scanLabels(text, bracket, { strict }) : { labels: {}, end: name.length };
  if (typeof labelled === "string") return labelled;
  const { labels, end } = labelled;
  const rest = text.slice(end);
  if (strict ? !/^ \S/.test(rest) : labelled.end === name.length && !/^[ \t]/.test(rest)) {
    return "one space stands before the value";
  }
  const read = strict ? scanStrictRest(rest.slice(1)) : scanLooseRest(rest.trim());
  return typeof read === "string" ? read : { name, labels, ...read };
}

type Rest = Pick<Scanned, "value" | "timestamp" | "exemplar">;

function scanStrictRest(rest: string): Rest | string {
  const hash = rest.indexOf(" # ");
  const plain = hash < 0 ? rest : rest.slice(0, hash);
  const [value = "", timestamp, ...more] = plain.split(" ");
  if (more.length > 0) return "after the value comes at most one timestamp";
  if (hash >= 0) {
    const wrong = exemplarProblem(rest.slice(hash + 3));
    if (wrong !== null) return wrong;
  }
  return valueAndTime(value, timestamp, hash >= 0);
}

function scanLooseRest(rest: string): Rest | string {
  const [value = "", timestamp, ...more] = rest.split(/[ \t]+/);
  if (more.length > 0) return "after the value comes at most one timestamp";
  return valueAndTime(value, timestamp, false);
}

function valueAndTime(value: string, timestamp: string | undefined, exemplar: boolean): Rest | string {
  if (!number.test(value)) return "the value is not a number";
  if (timestamp !== undefined && !finite.test(timestamp)) return "the timestamp is not a number";
  return { value: toNumber(value), timestamp: timestamp === undefined ? null : Number(timestamp), exemplar };
}

function exemplarProblem(text: string): string | null {
  if (!text.startsWith("{")) return "an exemplar begins with its labels";
  const labelled = scanLabels(text, 0, { strict: true });
  if (typeof labelled === "string") return labelled;
  const chars = Object.entries(labelled.labels).reduce((sum, [key, value]) => sum + lengthOf(key) + lengthOf(value), 0);
  if (chars > longestExemplarChars) return `the labels of an exemplar have at most ${longestExemplarChars} characters`;
  const rest = text.slice(labelled.end);
  if (!rest.startsWith(" ")) return "one space stands before the value of an exemplar";
  const read = scanStrictRest(rest.slice(1));
  if (typeof read === "string") return read;
  return read.exemplar ? "an exemplar has no exemplar" : null;
}

/** code points, not UTF-16 units */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  /** where the text goes on */
  readonly end: number;
}

function scanLabels(text: string, from: number, { strict }: Scan): Labelled | string {
  const labels = new Map<string, string>();
  const blank = (at: number): number => (strict ? at : skipBlank(text, at));
  let at = blank(from + 1);
  while (text[at] !== "}") {
    const name = matchAt(labelName, text, at)?.[0];
    if (name === undefined) return "a label has a name of letters, digits and _";
    const equals = blank(at + name.length);
    if (text[equals] !== "=") return `the label ${name} has no =`;
    const start = blank(equals + 1);
    const quoted = matchAt(labelValue, text, start);
    if (quoted === null) return `the value of the label ${name} is not in quotes`;
    if (labels.has(name)) return `the label ${name} is there twice`;
    labels.set(name, unescape(quoted[1] ?? ""));
    at = blank(start + quoted[0].length);
    if (text[at] !== ",") break;
    at = blank(at + 1);
    if (strict && text[at] === "}") return "a comma stands between labels only";
  }
  if (text[at] !== "}") return "the labels do not end with }";
  return { labels: Object.fromEntries(labels), end: at + 1 };
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (both: string, sign: string) => {
    if (sign === "n") return "\n";
    return sign === "\\" || sign === '"' ? sign : both;
  });
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function toNumber(text: string): number {
  const lower = text.toLowerCase();
  if (lower.endsWith("nan")) return Number.NaN;
  if (!lower.includes("inf")) return Number(text);
  return lower.startsWith("-") ? -Infinity : Infinity;
}
