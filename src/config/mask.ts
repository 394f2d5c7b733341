import type { z } from "zod";
import { secretReference, UnopenedSecret } from "../kernel/secret.ts";
import { RootConfig } from "./schema.ts";
import type { Path } from "./finding.ts";
import type { Span } from "./parse.ts";
import { isMap, textOf, walk } from "./walk.ts";

/** Keys that hold secrets even where the language has no such key: a misspelt `pasword` is masked too. */
const secretKey =
  /pass(?:wor[dt]?|wd|phrase)?|pas+w|secret|token|credential|community|private|api.?key|access.?key|auth$|^(?:key|read|act|backup|privacy|webhook|reader|maintainer)$/i;
const secretHeader = /authorization|cookie|token|secret|password|api.?key/i;
const userInfo = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)([^\s/@"']+)(?=@)/gi;
const bullet = "•";

/** A plain secret of the file and where it stands. */
export interface WrittenSecret {
  readonly path: Path;
  /** `${env:X}` …, or the secret itself */
  readonly written: string;
  /** the language says that this key holds a secret */
  readonly known: boolean;
}

/** Everything in the file that is a secret by its key, references to secrets included. */
export function writtenSecrets(value: unknown): WrittenSecret[] {
  const found: WrittenSecret[] = [];
  walk({ path: [], value, schema: RootConfig }, ({ path, value: here, schema }) => {
    if (Array.isArray(here) || isMap(here) || here === null) return true;
    const written = typeof here === "string" ? here : (JSON.stringify(here) ?? "");
    const known = schema !== null && (holdsSecret(schema, written) || isSecretHeader(path));
    if (known || (schema === null && isSecretPath(path))) found.push({ path, written, known });
    return false;
  });
  return found;
}

/** Some fields take a plain text as well; there only a reference is a secret. */
export function holdsSecret(schema: z.ZodType, written: string): boolean {
  if (textOf(schema).secret === true) return true;
  return secretReference(written) !== null && schema.safeParse(written).data instanceof UnopenedSecret;
}

function isSecretHeader(path: Path): boolean {
  return path.at(-2) === "headers" && secretHeader.test(String(path.at(-1)));
}

/** Whether a path sounds like a secret, whatever the language says of it. */
export function isSecretPath(path: Path): boolean {
  return isSecretHeader(path) || path.some((name) => typeof name === "string" && secretKey.test(name));
}

/** A value as a message may show it, in quotes when it is a text of several words. */
export function quoted(value: unknown, secret: boolean): string {
  if (secret) return bullet.repeat(4);
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const flat = maskUserInfo(text).replaceAll(/\s+/g, " ");
  const short = Array.from(flat).length > 60 ? `${Array.from(flat).slice(0, 59).join("")}…` : flat;
  return /^[\w.%:+/@-]+$/.test(short) ? short : `"${short}"`;
}

export function maskUserInfo(text: string): string {
  return text.replaceAll(
    userInfo,
    (_, before: string, secret: string) => before + bullet.repeat(Array.from(secret).length),
  );
}

/** Bullets over every span, one per character, so that columns stay true. */
export function maskSpans(text: string, spans: readonly Span[]): string {
  const ordered = spans.filter((span) => span.length > 0).sort((a, b) => a.offset - b.offset);
  let masked = "";
  let done = 0;
  for (const { offset, length } of ordered) {
    const [start, end] = [Math.max(done, offset), Math.max(done, offset + length)];
    masked += text.slice(done, start) + text.slice(start, end).replaceAll(/[^\s]/gu, bullet);
    done = end;
  }
  return maskUserInfo(masked + text.slice(done));
}

/**
 * Where secrets may stand in a text that is no YAML: behind a key that sounds like one, to the end of its line, and the
 * deeper lines below it.
 */
export function suspectSpans(text: string): Span[] {
  const spans: Span[] = [];
  let deeperThan = -1;
  let offset = 0;
  for (const line of text.split("\n")) {
    const indent = line.length - line.trimStart().length;
    if (line.trim() !== "" && indent <= deeperThan) deeperThan = -1;
    if (deeperThan >= 0) spans.push({ offset, length: line.length });
    else {
      const start = suspectStart(line);
      if (start !== null) {
        spans.push({ offset: offset + start, length: line.length - start });
        deeperThan = indent;
      }
    }
    offset += line.length + 1;
  }
  return spans;
}

function suspectStart(line: string): number | null {
  for (const match of line.matchAll(/([\w.-]+)["']?\s*:(?=\s|$|["'])/g)) {
    if (secretKey.test(match[1] ?? "") || secretHeader.test(match[1] ?? "")) return match.index + match[0].length;
  }
  return null;
}

export function isPlain(written: string): boolean {
  return secretReference(written) === null;
}
