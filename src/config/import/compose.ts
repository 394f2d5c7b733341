import { Document, isScalar, type Pair, type Scalar, type YAMLMap } from "yaml";
import type { Lang } from "../../kernel/lang.ts";
import { importWords, leftLine, leftTodo } from "../../words/import.ts";
import type { Moved, MovedEntry, MovedService, Values } from "./move.ts";
import { oneLine } from "./text.ts";

export interface Composing {
  readonly lang: Lang;
  /** as the file says where it came from */
  readonly origin: string;
  /** the configuration beside it has a status page already */
  readonly hasPage: boolean;
}

/** More comments than this nobody reads; all of them are in the answer of the command. */
const mostCommented = 500;

/** The configuration as text, with what stayed behind and what is to be set as comments at its end. */
export function composeText(moved: Moved, { lang, origin, hasPage }: Composing): string {
  const say = importWords(lang);
  const document = new Document(valuesOf(moved, hasPage));
  document.commentBefore = ` ${say.heading(oneLine(origin, 200))}`;
  comment(document, "services", new Map(moved.services.map(({ key, comments }) => [key, comments])));
  comment(document, "jobs", new Map(moved.jobs.map(({ key, comments }) => [key, comments])));
  const end = endOf(moved, lang);
  const body = document.toString({ lineWidth: 120, flowCollectionPadding: true });
  return end === "" ? body : `${body}\n${end}`;
}

function valuesOf(moved: Moved, hasPage: boolean): Map<string, unknown> {
  const [page] = moved.pages;
  const parts: readonly (readonly [string, unknown, boolean])[] = [
    ["version", 1, true],
    ["people", entriesOf(moved.people), moved.people.length > 0],
    ["notify", new Map([["channels", entriesOf(moved.channels)]]), moved.channels.length > 0],
    [
      "services",
      new Map(moved.services.map((service) => [service.key, serviceOf(service)])),
      moved.services.length > 0,
    ],
    ["jobs", entriesOf(moved.jobs), moved.jobs.length > 0],
    ["maintenance", moved.maintenance, moved.maintenance.length > 0],
    ["status_page", page, page !== undefined && page.show.length > 0 && !hasPage],
  ];
  return new Map(parts.flatMap(([key, value, isThere]) => (isThere ? [[key, value] as const] : [])));
}

function entriesOf(entries: readonly MovedEntry[]): ReadonlyMap<string, unknown> {
  return new Map(entries.map(({ key, value }) => [key, value]));
}

function serviceOf({ key, name, checks, needs }: MovedService): Values {
  return {
    ...(name === key || name === "" ? {} : { name }),
    ...(needs.length === 0 ? {} : { needs }),
    ...(checks.length === 0 ? {} : { checks }),
  };
}

/** Puts a service's or job's remarks above its key. */
function comment(document: Document, part: string, comments: ReadonlyMap<string, readonly string[]>): void {
  const map = document.get(part) as YAMLMap | undefined;
  for (const pair of (map?.items ?? []) as Pair<Scalar<string>>[]) {
    if (!isScalar(pair.key)) continue;
    const lines = comments.get(pair.key.value) ?? [];
    if (lines.length > 0) pair.key.commentBefore = lines.map((line) => ` ${line}`).join("\n");
  }
}

function endOf({ secrets, left }: Moved, lang: Lang): string {
  const say = importWords(lang);
  const lines: string[] = [];
  if (secrets.length > 0) {
    lines.push(say.secretsToSet(secrets.length));
    for (const { variable, what, form } of secrets.slice(0, mostCommented))
      lines.push(`  ${variable}  ${what}${form === null ? "" : `  (${form})`}`);
  }
  if (left.length > 0) {
    lines.push(say.leftBehind(left.length));
    for (const one of left.slice(0, mostCommented))
      lines.push(`  ${leftLine(one, lang)}  → ${leftTodo(one.code, lang)}`);
    if (left.length > mostCommented) lines.push(`  ${say.more(left.length - mostCommented)}`);
  }
  return lines.map((line) => `# ${line}\n`).join("");
}
