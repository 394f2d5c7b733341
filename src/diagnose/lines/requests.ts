import type { LogEntry } from "../../kernel/ports-logs.ts";
import { groupedBy } from "./rates.ts";

/** One line of an access log. */
export interface Request {
  readonly atMs: number;
  readonly status: number;
  /** null: the log's format has no duration */
  readonly seconds: number | null;
  readonly client: string | null;
  readonly agent: string | null;
  /** without the values of its query */
  readonly url: string;
  readonly source: string;
}

const named = ["request_time", "rt", "seconds", "duration", "response_time", "elapsed"];
/**
 * Whole numbers are `%T`, seconds, or `%D`, microseconds, of which no request takes so few. One log in `%{ms}T` is read as
 * quicker than it is. Source: httpd mod_log_config.
 */
const mostSeconds = 100;
const microseconds = 1_000_000;

/** Lines of access logs, newest first as they come; other lines are left out. */
export function requestsIn(entries: readonly LogEntry[]): readonly Request[] {
  const bySource = groupedBy(
    entries.filter(({ fields }) => typeof fields["status"] === "number" && fields["url"] !== undefined),
    ({ source }) => source,
  );
  return [...bySource.values()].flatMap(ofOneSource);
}

function ofOneSource(entries: readonly LogEntry[]): readonly Request[] {
  const durations = entries.map(({ fields }) => durationOf(fields));
  const known = durations.filter((value) => value !== null).map((value) => value.figure);
  const isWhole = durations.every((value) => value?.isWhole !== false);
  const divisor = isWhole && known.length > 0 ? divisorOf(Math.max(...known)) : 1;
  return entries.map(({ atMs, fields, source }, index) => {
    const duration = durations[index] ?? null;
    return {
      atMs,
      status: Number(fields["status"]),
      seconds: duration === null ? null : duration.figure / divisor,
      client: textOf(fields["client"]),
      agent: textOf(fields["userAgent"]),
      url: withoutValues(String(fields["url"])),
      source,
    };
  });
}

function divisorOf(longest: number): number {
  return longest <= mostSeconds ? 1 : microseconds;
}

interface Duration {
  readonly figure: number;
  /** written without a decimal point: it may be any unit */
  readonly isWhole: boolean;
}

/** A field that says so by its name, else the last of the unnamed numbers behind the line. */
function durationOf(fields: LogEntry["fields"]): Duration | null {
  const extras = Object.keys(fields).filter((name) => /^extra\d+$/.test(name) && typeof fields[name] === "number");
  const name = named.find((one) => isFigure(fields[one])) ?? extras.at(-1);
  const figure = name === undefined ? null : Number(fields[name]);
  return figure === null ? null : { figure, isWhole: Number.isInteger(figure) && !named.includes(name ?? "") };
}

function isFigure(value: string | number | undefined): boolean {
  return typeof value === "number" || (typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value));
}

function textOf(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
}

const mostUrl = 160;

/** `/order?id=5&token=x` → `/order?id=…&token=…` */
export function withoutValues(url: string): string {
  const at = url.indexOf("?");
  if (at === -1) return url.slice(0, mostUrl);
  const query = url.slice(at + 1).replaceAll(/=[^&]*/g, "=…");
  return `${url.slice(0, at)}?${query}`.slice(0, mostUrl);
}

/** What it is that is asked for: the path, with numbers and long codes left out. */
export function shapeOf(url: string): string {
  const [path = ""] = url.split("?");
  return path.replaceAll(/\/(?:\d+|[0-9a-f]{8,}(?:-[0-9a-f]+)*)(?=\/|$)/gi, "/*");
}

export function isFailure({ status }: Request): boolean {
  return status >= 500 && status < 600;
}

/** The value below which so much of the list lies; null: the list is empty. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
}

/** Those to the same parts of the site as these: what one program serves lies below one first folder. */
export function below(requests: readonly Request[], urls: readonly string[]): readonly Request[] {
  const folders = new Set(urls.map(folderOf));
  return requests.filter(({ url }) => folders.has(folderOf(url)));
}

function folderOf(url: string): string {
  return /^\/[^/?#]*\//.exec(url)?.[0] ?? "/";
}
