import { checkConfigSources, type LoadOutcome } from "../load.ts";
import type { Finding } from "../finding.ts";
import type { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { ok, type Result } from "../../kernel/result.ts";
import { composeText } from "./compose.ts";
import type { Importer, ImportSource } from "./importer.ts";
import { createMove, type Move, type Moved, type Taken } from "./move.ts";

export interface Importing {
  readonly lang: Lang;
  readonly origin: string;
  /** what the configuration beside it holds already; null: the new file stands alone */
  readonly beside: (Taken & { readonly hasPage: boolean }) | null;
}

export interface Imported {
  /** a valid configuration */
  readonly text: string;
  readonly moved: Moved;
}

const nothing = { services: [], jobs: [], channels: [], people: [], hasPage: false };
const mostRounds = 10;

/**
 * Makes a configuration of another product's settings. What the loader refuses is taken out and listed, round by round, so
 * that the result always loads. @returns KB1302 for a file of something else
 */
export function importSettings(
  importer: Importer,
  source: ImportSource,
  importing: Importing,
): Result<Imported, KoboshiError> {
  const beside = importing.beside ?? nothing;
  const move = createMove(beside);
  const read = importer.read(source, move);
  if (!read.ok) return read;
  tellPages(move, beside.hasPage);
  const compose = (): string => composeText(move.moved, { ...importing, hasPage: beside.hasPage });
  for (let round = 0; round < mostRounds; round++) {
    const text = compose();
    const refused = errorsOf(checkText(text));
    if (refused.length === 0) return ok({ text, moved: move.moved });
    if (!takeOut(move, refused, importing.lang)) break;
  }
  throw new Error("an imported configuration does not load");
}

function checkText(text: string): LoadOutcome {
  return checkConfigSources([{ name: "import.yml", bytes: new TextEncoder().encode(text) }]);
}

function errorsOf({ findings }: LoadOutcome): readonly Finding[] {
  return findings.filter(({ severity }) => severity === "error");
}

/** One status page is all there is. */
function tellPages({ moved, left }: Move, hasPage: boolean): void {
  const kept = moved.pages.find(({ show }) => show.length > 0);
  for (const page of moved.pages) if (page !== kept || hasPage) left(`status page «${page.title}»`, "page");
  moved.pages.splice(0, moved.pages.length, ...(kept === undefined ? [] : [kept]));
}

/** @returns false when nothing could be found that the errors are about */
function takeOut({ moved, left }: Move, errors: readonly Finding[], lang: Lang): boolean {
  const parts = partsOf(moved);
  const out = new Map<string, string>();
  for (const { path, message } of errors) {
    const part = nearest(path, parts);
    if (part !== null) out.set(part, message[lang]);
  }
  for (const [part, message] of out) left(part, "invalid", message);
  const stays = (prefix: string) => (entry: { readonly key: string }) => !out.has(`${prefix}.${entry.key}`);
  keep(moved.services, stays("services"));
  keep(moved.jobs, stays("jobs"));
  keep(moved.channels, stays("notify.channels"));
  keep(moved.people, stays("people"));
  keep(moved.maintenance, (_entry, index) => !out.has(`maintenance.${index}`));
  keep(moved.pages, () => !out.has("status_page"));
  dropReferences(moved);
  return out.size > 0;
}

/** What others need or show must still be there. */
function dropReferences(moved: Moved): void {
  const known = new Set(moved.services.map(({ key }) => key));
  const services = moved.services.map((service) => ({
    ...service,
    needs: service.needs.filter((need) => known.has(need)),
  }));
  keep(moved.services, () => false);
  for (const service of services) moved.services.push(service);
  const pages = moved.pages.map((page) => ({ ...page, show: page.show.filter((key) => known.has(key)) }));
  moved.pages.splice(0, moved.pages.length, ...pages);
}

function keep<T>(list: T[], stays: (entry: T, index: number) => boolean): void {
  const kept = list.filter(stays);
  list.splice(0, list.length);
  for (const entry of kept) list.push(entry);
}

function partsOf(moved: Moved): ReadonlySet<string> {
  return new Set([
    ...moved.services.map(({ key }) => `services.${key}`),
    ...moved.jobs.map(({ key }) => `jobs.${key}`),
    ...moved.channels.map(({ key }) => `notify.channels.${key}`),
    ...moved.people.map(({ key }) => `people.${key}`),
    ...moved.maintenance.map((_, index) => `maintenance.${index}`),
    ...(moved.pages.length > 0 ? ["status_page"] : []),
  ]);
}

/** The longest part the path lies in; keys may hold dots themselves. */
function nearest(path: string, parts: ReadonlySet<string>): string | null {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) if (parts.has(at)) return at;
  return null;
}
