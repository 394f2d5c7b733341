import path from "node:path";
import { Secret, secretReference, UnopenedSecret } from "../kernel/secret.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Site } from "../kernel/model/site.ts";
import { inBoth } from "../words/config.ts";
import { draft, type Draft, type Finding, type Path, type Sentence } from "./finding.ts";
import type { Machine } from "./machine.ts";
import { isPlain, type WrittenSecret } from "./mask.ts";
import { systemCode, type Files } from "./source.ts";

/** A key is a few kilobytes; more is a wrong file. */
const maxSecretBytes = 65_536;

/** Where a secret of the file comes from, and where in the file that is said. */
interface SecretPlace {
  readonly secret: UnopenedSecret;
  readonly place: Pick<Finding, "file" | "line" | "column" | "length" | "path">;
}

/** A configuration that is right, with its secrets still closed: `reveal()` throws until `openSecrets` made it a Site. */
export interface SitePlan {
  readonly site: Site;
  /** what relative paths start from */
  readonly folder: string;
  readonly secrets: readonly SecretPlace[];
}

type Problem = Pick<Draft, "code" | "message" | "hint">;

function problem(code: string, say: Sentence, hint: Sentence): Problem {
  return { code, message: inBoth(say), hint: inBoth(hint) };
}

/** Looks whether references lead anywhere, without reading what they lead to. */
export function checkSecrets(secrets: readonly WrittenSecret[], folder: string, machine: Machine): Draft[] {
  return secrets.flatMap(({ path: at, written, known }): Draft[] => {
    if (!known || isPlain(written)) return [];
    const found = missing(written, folder, machine);
    return found === null
      ? []
      : [{ ...found, severity: found.code === "secret-open" ? "error" : "note", path: at, part: "value" }];
  });
}

function missing(written: string, folder: string, { files, env }: Machine): Problem | null {
  const reference = secretReference(written);
  if (reference === null) return null;
  const { kind, name } = reference;
  if (kind === "env") {
    const problemOf = problem(
      "secret-env-missing",
      (w) => w.envMissing(name),
      (w) => w.envMissingHint(name),
    );
    return env[name] === undefined ? problemOf : null;
  }
  if (kind === "cred") return credential(name, files, env) === null ? credMissing(name) : null;
  const file = path.resolve(folder, name);
  try {
    const stat = files.stat(file);
    if (stat === null || stat.kind === "folder") return fileMissing(name);
    return (stat.mode & 0o077) === 0 ? null : fileOpen(name, stat.mode);
  } catch (thrown) {
    return fileUnreadable(name, thrown);
  }
}

function fileMissing(name: string): Problem {
  return problem(
    "secret-file-missing",
    (w) => w.secretFileMissing(name),
    (w) => w.secretFileMissingHint,
  );
}

function fileOpen(name: string, mode: number): Problem {
  const shown = mode.toString(8).padStart(4, "0");
  return problem(
    "secret-open",
    (w) => w.secretFileOpen(name, shown),
    (w) => w.secretFileOpenHint(name),
  );
}

function fileUnreadable(name: string, thrown: unknown): Problem {
  const why = systemCode(thrown);
  return problem(
    "secret-unreadable",
    (w) => w.secretFileUnreadable(name, why),
    (w) => w.secretFileUnreadableHint,
  );
}

function credMissing(name: string): Problem {
  return problem(
    "secret-cred-missing",
    (w) => w.credMissing(name),
    (w) => w.credMissingHint(name),
  );
}

/** The file systemd put a credential in; null when there is none or the name would leave the folder. */
function credential(name: string, files: Files, env: Machine["env"]): string | null {
  const folder = env["CREDENTIALS_DIRECTORY"];
  if (folder === undefined || name !== path.basename(name)) return null;
  const file = path.join(folder, name);
  return files.stat(file)?.kind === "file" ? file : null;
}

/** Reads every secret the configuration names. All that fail are told at once, each at its line. */
export function openSecrets(plan: SitePlan, machine: Pick<Machine, "files" | "env">): Result<Site, readonly Finding[]> {
  const opened = new Map<string, Secret>();
  const findings: Finding[] = [];
  for (const { secret, place } of plan.secrets) {
    const written = secret.written();
    const result = openSecret(written, plan.folder, machine);
    if (result.ok) opened.set(written, result.value);
    else findings.push({ severity: "error", ...result.error, ...place });
  }
  if (findings.length > 0) return err(findings);
  return ok(withSecrets(plan.site, { opened, closed: new Set() }) as Site);
}

/**
 * Opens what can be opened here and leaves the others closed: after a loss a key is missing, and what comes back without it must
 * not wait for it.
 */
export function openSomeSecrets(plan: SitePlan, machine: Pick<Machine, "files" | "env">): Site {
  const opened = new Map<string, Secret>();
  const closed = new Set<string>();
  for (const { secret } of plan.secrets) {
    const written = secret.written();
    const result = openSecret(written, plan.folder, machine);
    if (result.ok) opened.set(written, result.value);
    else closed.add(written);
  }
  return withSecrets(plan.site, { opened, closed }) as Site;
}

type Machinery = Pick<Machine, "files" | "env">;

/** Reads one secret as it is written: the text a reference leads to, or the text itself. */
export function openSecret(written: string, folder: string, { files, env }: Machinery): Result<Secret, Problem> {
  const reference = secretReference(written);
  if (reference === null) return ok(new Secret(written, "the file itself"));
  const { kind, name } = reference;
  const source = `${kind} ${name}`;
  const absent = missing(written, folder, { files, env, hostName: "", hasSendmail: false });
  if (absent !== null) return err(absent);
  if (kind === "env") return filled(env[name] ?? "", source);
  const file = kind === "cred" ? credential(name, files, env) : path.resolve(folder, name);
  try {
    const bytes = files.read(file ?? "");
    const text = new TextDecoder("utf-8").decode(bytes.subarray(0, maxSecretBytes));
    return filled(text.replace(/\r?\n$/, ""), source);
  } catch (thrown) {
    return err(fileUnreadable(name, thrown));
  }
}

function filled(text: string, source: string): Result<Secret, Problem> {
  if (text !== "") return ok(new Secret(text, source));
  return err(
    problem(
      "secret-empty",
      (w) => w.secretEmpty(source),
      (w) => w.secretEmptyHint,
    ),
  );
}

interface Opened {
  readonly opened: ReadonlyMap<string, Secret>;
  /** as they are written: these stay as they are */
  readonly closed: ReadonlySet<string>;
}

/** The same value with every secret replaced that is not to stay closed. */
function withSecrets(value: unknown, known: Opened): unknown {
  if (value instanceof UnopenedSecret) {
    const written = value.written();
    if (known.closed.has(written)) return value;
    return known.opened.get(written) ?? new Secret(written, value.source);
  }
  if (value instanceof Map) {
    return new Map([...value].map(([name, entry]: [unknown, unknown]) => [name, withSecrets(entry, known)]));
  }
  if (Array.isArray(value)) return value.map((entry: unknown) => withSecrets(entry, known));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, withSecrets(entry, known)]));
}

const kinds: readonly (readonly [RegExp, "password" | "token" | "key"])[] = [
  [/password|community|auth|privacy/i, "password"],
  [/token/i, "token"],
  [/^(?:key|read|act|backup|in)$|_key$|private/i, "key"],
];

/** Secrets written out in the file. */
export function plainSecrets(secrets: readonly WrittenSecret[], strict: boolean): Draft[] {
  return secrets
    .filter(
      ({ known, written, path: at }) => known && isPlain(written) && !(at.at(-1) === "webhook" && isOpenUrl(written)),
    )
    .map(({ path: at }) => plainSecret(at, strict));
}

/** From here on a part of a path is taken for the receiver's secret, as chat services put into theirs. */
const secretPartChars = 16;

/** An address anyone may know: nothing in it that could be a secret. */
function isOpenUrl(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { username, password, search, pathname } = new URL(written);
  return `${username}${password}${search}` === "" && pathname.split("/").every((part) => part.length < secretPartChars);
}

function plainSecret(at: Path, strict: boolean): Draft {
  const name = String(at.findLast((part) => typeof part === "string"));
  const kind = kinds.find(([pattern]) => pattern.test(name))?.[1] ?? "secret";
  const variable = variableFor(at);
  return draft({
    severity: strict ? "error" : "warning",
    code: "plain-secret",
    path: at,
    say: (w) => w.plainSecret(w.secretWords(kind)),
    hint: (w) => w.plainSecretHint(name, variable),
  });
}

/** Passwords inside URLs, `https://user:secret@host/`. */
export function plainSecretInUrl(at: Path, strict: boolean): Draft {
  const forMail = at.at(-1) === "smtp";
  return draft({
    severity: strict ? "error" : "warning",
    code: "plain-secret",
    path: at,
    say: (w) => w.plainSecret(w.secretWords("password")),
    hint: forMail ? (w) => w.plainSecretHint("password", "SMTP_PASSWORD") : null,
  });
}

/** A good name for the variable that would hold it: `SMTP_PASSWORD`, `WEB1_KEY`. */
function variableFor(at: Path): string {
  const names = at.filter((part) => typeof part === "string");
  const [holder = "", name = ""] = names.slice(-2);
  const owner = names[0] === "notify" && holder === "mail" ? "smtp" : holder;
  return `${owner}_${name}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}
