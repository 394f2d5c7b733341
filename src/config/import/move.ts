import { keyFrom, variableFrom } from "./names.ts";
import { oneLine } from "./text.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Why something could not be carried over; words/import.ts says each with what to do instead. */
export const leftCodes = [
  "kind",
  "paused",
  "upside-down",
  "condition",
  "json-query",
  "insecure-tls",
  "login-kind",
  "proxy",
  "method",
  "secret-in-url",
  "secret-in-body",
  "environment",
  "channel",
  "page",
  "maintenance",
  "no-target",
  "discovery",
  "schedule",
  "address",
  "incomplete",
  "many",
  "invalid",
  "setting",
] as const;
export type LeftCode = (typeof leftCodes)[number];

/** One thing that stays behind, whole or in part. */
export interface Left {
  /** where it was: `monitor 12 «Shop»` */
  readonly what: string;
  readonly code: LeftCode;
  /** the setting or text that has no place here; empty when all of it stays behind */
  readonly detail: string;
}

/** A secret the new file names and does not hold. */
export interface NeededSecret {
  readonly variable: string;
  /** what it is for: `Shop: password` */
  readonly what: string;
  /** how the value is written, when it is not the bare secret: `Bearer …` */
  readonly form: string | null;
}

export interface MovedService {
  readonly key: string;
  readonly name: string;
  readonly comments: readonly string[];
  readonly checks: readonly Values[];
  /** keys of other services */
  readonly needs: readonly string[];
}

export interface MovedEntry {
  readonly key: string;
  readonly comments: readonly string[];
  readonly value: unknown;
}

/** Everything taken out of the old product, on its way into a configuration. */
export interface Move {
  /** @returns its key, which no other has */
  service(service: {
    name: string;
    comments?: readonly string[];
    checks?: readonly Values[];
    needs?: readonly string[];
  }): string;
  job(job: { name: string; comments?: readonly string[]; value: Values }): string;
  channel(channel: { name: string; value: Values }): string;
  person(person: { name: string; mail: string }): string;
  maintenance(value: Values): void;
  page(page: { title: string; show: readonly string[] }): void;
  /** A reference to write in place of a secret; `variable` when the old file names one already. */
  secret(secret: { owner: string; purpose: string; form?: string; variable?: string }): string;
  left(what: string, code: LeftCode, detail?: string): void;
  /** true while there is room for one more service or job */
  hasRoom(): boolean;
  readonly moved: Moved;
}

export interface Moved {
  readonly services: MovedService[];
  readonly jobs: MovedEntry[];
  readonly channels: MovedEntry[];
  readonly people: MovedEntry[];
  readonly maintenance: Values[];
  readonly pages: { readonly title: string; readonly show: readonly string[] }[];
  readonly secrets: NeededSecret[];
  readonly left: Left[];
}

/** Names that the configuration beside it has already. */
export interface Taken {
  readonly services: Iterable<string>;
  readonly jobs: Iterable<string>;
  readonly channels: Iterable<string>;
  readonly people: Iterable<string>;
}

/** Far more than any of these products carries; the loader takes about a second for a thousand. */
const mostEntries = 5_000;
const mostLeft = 20_000;
const longestDetail = 200;

export function createMove(taken: Taken): Move {
  const names = {
    services: counted(taken.services),
    jobs: counted(taken.jobs),
    channels: counted(taken.channels),
    people: counted(taken.people),
  };
  const variables = new Map<string, number>();
  const moved = nothingMoved();

  return {
    service({ name, comments, checks = [], needs = [] }) {
      const key = keyFrom(name, names.services);
      moved.services.push({ key, name: plainName(name), comments: shortened(comments), checks, needs });
      return key;
    },
    job({ name, comments, value }) {
      const key = keyFrom(name, names.jobs);
      const named = plainName(name);
      moved.jobs.push({
        key,
        comments: shortened(comments),
        value: named === key || named === "" ? value : { name: named, ...value },
      });
      return key;
    },
    channel({ name, value }) {
      const key = keyFrom(name, names.channels);
      moved.channels.push({ key, comments: [], value });
      return key;
    },
    person({ name, mail }) {
      const known = moved.people.find(({ value }) => value === mail);
      if (known !== undefined) return known.key;
      const key = keyFrom(name, names.people);
      moved.people.push({ key, comments: [], value: mail });
      return key;
    },
    maintenance: (value) => void moved.maintenance.push(value),
    page: ({ title, show }) => void moved.pages.push({ title: plainName(title), show }),
    secret({ owner, purpose, form, variable: known }) {
      const variable = known ?? variableFrom(owner, purpose, variables);
      const what = `${oneLine(owner, longestDetail)}: ${purpose}`;
      if (!moved.secrets.some((one) => one.variable === known))
        moved.secrets.push({ variable, what, form: form ?? null });
      return `\${env:${variable}}`;
    },
    left(what, code, detail = "") {
      if (moved.left.length >= mostLeft) return;
      moved.left.push({ what: oneLine(what, longestDetail), code, detail: oneLine(detail, longestDetail) });
    },
    hasRoom: () => moved.services.length + moved.jobs.length < mostEntries,
    moved,
  };
}

function counted(names: Iterable<string>): Map<string, number> {
  return new Map(Array.from(names, (name) => [name, 1] as const));
}

function nothingMoved(): Moved {
  return { services: [], jobs: [], channels: [], people: [], maintenance: [], pages: [], secrets: [], left: [] };
}

/** What looks like a reference to a secret is only a name here. */
function plainName(name: string): string {
  return oneLine(name, longestDetail).replaceAll("${", "$ {");
}

function shortened(comments: readonly string[] = []): readonly string[] {
  return comments.map((text) => oneLine(text, longestDetail)).filter((text) => text !== "");
}
