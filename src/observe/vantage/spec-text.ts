import { Secret } from "../../kernel/secret.ts";

/** Marks what JSON cannot say. A key of this name in a spec itself is marked too. */
const mark = "$koboshi";

/** Does a check's parsed spec hold a secret anywhere? */
export function holdsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  if (typeof value !== "object" || value === null) return false;
  return (value instanceof Map || value instanceof Set ? [...value.entries()].flat() : Object.values(value)).some(
    holdsSecret,
  );
}

/** Writes a parsed spec so that `readSpec` gives the same value back, secrets opened: only for the vantage they are meant for. */
export function writeSpec(value: unknown): unknown {
  if (value === undefined) return { [mark]: "undefined" };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(writeSpec);
  if (value instanceof Secret) return { [mark]: "secret", text: value.reveal() };
  if (value instanceof RegExp) return { [mark]: "pattern", text: value.source, flags: value.flags };
  if (value instanceof URL) return { [mark]: "url", text: value.href };
  if (value instanceof Set) return { [mark]: "set", items: [...value].map(writeSpec) };
  if (value instanceof Map) return { [mark]: "map", items: [...value].map(writeSpec) };
  const entries = Object.entries(value).map(([key, inner]) => [key, writeSpec(inner)] as const);
  return mark in value ? { [mark]: "object", items: entries } : Object.fromEntries(entries);
}

/** @throws TypeError for a mark this version does not know */
export function readSpec(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(readSpec);
  if (!(mark in value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readSpec(inner)]));
  return readMarked(value as Marked);
}

interface Marked {
  readonly [mark]: string;
  readonly text?: string;
  readonly flags?: string;
  readonly items?: readonly unknown[];
}

function readMarked({ [mark]: kind, text = "", flags = "", items = [] }: Marked): unknown {
  const pairs = (): [unknown, unknown][] => items.map((item) => readSpec(item) as [unknown, unknown]);
  const readers: Readonly<Record<string, () => unknown>> = {
    undefined: () => undefined,
    secret: () => new Secret(text, "the hub"),
    pattern: () => new RegExp(text, flags),
    url: () => new URL(text),
    set: () => new Set(items.map(readSpec)),
    map: () => new Map(pairs()),
    object: () => Object.fromEntries(pairs() as [string, unknown][]),
  };
  const read = readers[kind];
  if (read === undefined) throw new TypeError(`a value of kind ${kind} cannot be read`);
  return read();
}
