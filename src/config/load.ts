import { createHash } from "node:crypto";
import path from "node:path";
import type { Site } from "../kernel/model/site.ts";
import { UnopenedSecret } from "../kernel/secret.ts";
import { inBoth } from "../words/config.ts";
import { compile } from "./compile.ts";
import { dotted, prefix, type Draft, type Finding, type Path } from "./finding.ts";
import { gatherSources, type Gathered } from "./gather.ts";
import { lint, lintTexts } from "./lints.ts";
import { thisMachine, type Machine } from "./machine.ts";
import { suspectSpans, writtenSecrets, type WrittenSecret } from "./mask.ts";
import { mergeSources, type Clash, type Merged } from "./merge.ts";
import { parseYaml, type Parsed, type Span, type YamlProblem } from "./parse.ts";
import { checkReferences, namesOf } from "./references.ts";
import { checkValues } from "./repair.ts";
import { checkSecrets, plainSecrets, type SitePlan } from "./secrets.ts";
import { decode, type Unreadable } from "./source.ts";
import { lineIndex, type LineIndex } from "./text.ts";
import { yamlFinding } from "./yaml-words.ts";

export interface LoadOptions {
  /** warnings refuse the file too, and a secret in plain text is an error */
  readonly strict?: boolean;
  readonly machine?: Machine;
}

/** One file that was read, as text. */
export interface LoadedSource {
  readonly name: string;
  readonly text: string;
  /** where secrets stand in the text: never to be shown */
  readonly hidden: readonly Span[];
}

/** What reading the configuration came to. */
export interface LoadOutcome {
  /** the file as it was named */
  readonly name: string;
  /** the file, then the parts beside it; empty when it could not be read */
  readonly sources: readonly LoadedSource[];
  /** by file, line and column */
  readonly findings: readonly Finding[];
  /** the values as written, of all files together; null when one of them is no YAML */
  readonly merged: Merged | null;
  /** null when the configuration must not be used */
  readonly plan: SitePlan | null;
  /** every secret named, also of a configuration that is refused */
  readonly secrets: SitePlan["secrets"];
  readonly strict: boolean;
  /** sha256 over all files, hex; of a single file, of its bytes alone */
  readonly hash: string;
}

/** A file's name and bytes, wherever they come from. */
export interface SourceBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Settled = Required<LoadOptions>;

/** Reads and checks a configuration with the parts beside it; opens no secret. Never throws for anything the files hold. */
export function loadConfig(file: string, options: LoadOptions = {}): LoadOutcome {
  const settled = settle(options);
  return check(gatherSources(settled.machine.files, file), file, settled);
}

/** Checks a text as if it stood alone in the file `name`. */
export function checkConfigText(text: string, name: string, options: LoadOptions = {}): LoadOutcome {
  return checkConfigSources([{ name, bytes: new TextEncoder().encode(text) }], options);
}

/** Checks bytes as if they stood in files: the first is the file, the rest its parts. */
export function checkConfigSources(sources: readonly SourceBytes[], options: LoadOptions = {}): LoadOutcome {
  const gathered = sources.map(({ name, bytes }): Gathered => ({ name, bytes: { ok: true, value: bytes } }));
  return check(gathered, sources[0]?.name ?? "", settle(options));
}

function settle({ strict = false, machine = thisMachine() }: LoadOptions): Settled {
  return { strict, machine };
}

/** One file on its way from bytes to values. */
interface Reading {
  readonly source: LoadedSource;
  readonly lines: LineIndex;
  /** null when the bytes are no text */
  readonly parsed: Parsed | null;
  readonly findings: readonly Finding[];
}

function check(gathered: readonly Gathered[], name: string, options: Settled): LoadOutcome {
  const readings = gathered.map((one, index) => readOne(one, index === 0));
  const sources = readings.map(({ source }) => source);
  const early = readings.flatMap(({ findings }) => findings);
  const base = { name, sources, strict: options.strict, hash: hashOf(gathered) };
  const values = readings.map(({ parsed }) => parsed?.value ?? null);
  if (!values.every((value) => value !== null))
    return { ...base, findings: early, merged: null, plan: null, secrets: [] };
  const merged = mergeSources(values);
  const locate = locator(readings, merged);
  const secrets = writtenSecrets(merged.value);
  const folder = path.dirname(path.resolve(name));
  const understanding = { ...options, file: path.resolve(name), folder, hash: base.hash };
  const { drafts, site } = understand(merged.value, secrets, understanding);
  const findings = [
    ...early,
    ...merged.clashes.map((clash) => clashFinding(clash, readings)),
    ...settleDrafts(drafts).map((draft) => place(draft, locate)),
  ].sort(byPlace(sources));
  const placed = places(secrets, locate);
  const usable = site !== null && !isRefused(findings, options.strict);
  return {
    ...base,
    sources: readings.map(({ source, parsed }) => ({ ...source, hidden: parsed === null ? [] : hiddenSpans(parsed) })),
    findings,
    merged,
    secrets: placed,
    plan: usable ? { site, folder, secrets: placed } : null,
  };
}

/** Of one file its bytes alone, so that `sha256sum koboshi.yml` gives the same; of several their names and bytes. */
function hashOf(gathered: readonly Gathered[]): string {
  const hash = createHash("sha256");
  for (const { name, bytes } of gathered) {
    const content = bytes.ok ? bytes.value : new Uint8Array();
    if (gathered.length > 1) hash.update(`${path.basename(name)}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest("hex");
}

function readOne({ name, bytes }: Gathered, isMain: boolean): Reading {
  const decoded = bytes.ok ? decode(bytes.value) : bytes;
  if (!decoded.ok) return unusable(name, decoded.error);
  const marked = decoded.value.startsWith("\uFEFF");
  const text = marked ? decoded.value.slice(1) : decoded.value;
  const lines = lineIndex(text);
  const parsed = parseYaml(text);
  const mark: Finding[] = marked ? [byteOrderMark(name)] : [];
  const source = { name, text, hidden: [] };
  if (parsed.value !== null) return { source, lines, parsed, findings: mark };
  if (!isMain && parsed.problems.every(({ kind }) => kind === "empty")) {
    return { source, lines, parsed: { ...parsed, value: {} }, findings: mark };
  }
  const hidden = suspectSpans(text);
  const findings = parsed.problems.map((problem) => yamlFinding(discreet(problem, hidden), lines, name));
  return { source: { ...source, hidden }, lines, parsed, findings: [...mark, ...findings] };
}

function unusable(name: string, { code, message, hint, text, offset }: Unreadable): Reading {
  const lines = lineIndex(text);
  const [line, column] = text === "" ? [0, 0] : lines.at(offset);
  const finding: Finding = { severity: "error", code, file: name, line, column, length: 1, path: "", message, hint };
  return { source: { name, text, hidden: suspectSpans(text) }, lines, parsed: null, findings: [finding] };
}

/** A password that begins with `*` looks like an alias; its name is not said. */
function discreet(problem: YamlProblem, hidden: readonly Span[]): YamlProblem {
  const inside = hidden.some(({ offset, length }) => problem.offset >= offset && problem.offset < offset + length);
  return problem.kind === "alias" && inside ? { ...problem, name: "••••" } : problem;
}

function byteOrderMark(file: string): Finding {
  const message = inBoth((w) => w.byteOrderMark);
  return {
    severity: "note",
    code: "byte-order-mark",
    file,
    line: 1,
    column: 1,
    length: 1,
    path: "",
    message,
    hint: null,
  };
}

interface Understanding extends Settled {
  readonly file: string;
  readonly folder: string;
  readonly hash: string;
}

/** Everything there is to say of the values, and what they come to. */
function understand(
  raw: Readonly<Record<string, unknown>>,
  secrets: readonly WrittenSecret[],
  { strict, machine, file, folder, hash }: Understanding,
): { drafts: Draft[]; site: Site | null } {
  const { drafts, config } = checkValues(raw);
  const texts = [...drafts, ...plainSecrets(secrets, strict), ...lintTexts(raw, strict)];
  if (config === null) return { drafts: texts, site: null };
  const written = secrets.filter(({ known }) => known).map((secret) => secret.written);
  const compiled = compile({ config, raw, folder, hash, machine, file, secrets: written });
  const meaning = [
    ...checkReferences(config, namesOf(raw)),
    ...compiled.drafts,
    ...lint({ config, site: compiled.site, machine }),
    ...checkSecrets(secrets, folder, machine),
  ];
  return { drafts: [...texts, ...meaning], site: compiled.site };
}

/** Says each thing once, and keeps advice for a finished file back while there are errors. */
function settleDrafts(drafts: readonly Draft[]): Draft[] {
  const broken = drafts.some(({ severity }) => severity === "error");
  const seen = new Set<string>();
  return drafts
    .filter(({ code, path: at }) => {
      const same = `${code} ${dotted(at)}`;
      return !seen.has(same) && seen.add(same);
    })
    .map((draft) => (draft.advice === true && broken ? { ...draft, severity: "note" } : draft));
}

function isRefused(findings: readonly Finding[], strict: boolean): boolean {
  return findings.some(({ severity }) => severity === "error" || (strict && severity === "warning"));
}

type FoundAt = Pick<Finding, "file" | "line" | "column" | "length" | "path"> & { readonly span: Span };
type Locate = (path: Path, part: "key" | "value") => FoundAt;

/** Finds entries of the whole in the files they come from. */
function locator(readings: readonly Reading[], merged: Merged): Locate {
  return (at, part) => {
    const origin = merged.where(at);
    const reading = readings[origin.source];
    if (reading === undefined || reading.parsed === null) throw new TypeError("an entry of a file that was not read");
    const span = reading.parsed.locate(origin.path, part);
    const [line, column] = reading.lines.at(span.offset);
    return { file: reading.source.name, line, column, length: reading.lines.lengthOf(span), path: dotted(at), span };
  };
}

function place({ path: at, part, severity, code, message, hint }: Draft, locate: Locate): Finding {
  const { span: _, ...found } = locate(at, part);
  return { severity, code, ...found, message, hint };
}

/** Told where it is said for the second time, naming the first place. */
function clashFinding({ path: at, first, second }: Clash, readings: readonly Reading[]): Finding {
  const locate = ({ source, path: inside }: typeof first): { reading: Reading; span: Span } => {
    const reading = readings[source];
    if (reading === undefined || reading.parsed === null) throw new TypeError("a clash of a file that was not read");
    return { reading, span: reading.parsed.locate(inside, "value") };
  };
  const [one, other] = [locate(first), locate(second)];
  const [firstLine] = one.reading.lines.at(one.span.offset);
  const [line, column] = other.reading.lines.at(other.span.offset);
  const elsewhere = `${one.reading.source.name}:${firstLine}`;
  return {
    severity: "error",
    code: "written-twice",
    file: other.reading.source.name,
    line,
    column,
    length: other.reading.lines.lengthOf(other.span),
    path: dotted(at),
    message: inBoth((w) => w.writtenTwice(prefix(at), elsewhere)),
    hint: inBoth((w) => w.writtenTwiceHint),
  };
}

function byPlace(sources: readonly LoadedSource[]): (a: Finding, b: Finding) => number {
  const order = new Map(sources.map(({ name }, index) => [name, index]));
  const orderOf = ({ file }: Finding): number => order.get(file) ?? 0;
  return (a, b) => orderOf(a) - orderOf(b) || a.line - b.line || a.column - b.column;
}

function places(secrets: readonly WrittenSecret[], locate: Locate): SitePlan["secrets"] {
  return secrets
    .filter(({ known }) => known)
    .map(({ written, path: at }) => {
      const { span: _, ...found } = locate(at, "value");
      return { secret: new UnopenedSecret(written), place: found };
    });
}

/** References say no secret; everything else under a secret's key does, in each file of its own. */
function hiddenSpans(parsed: Parsed): Span[] {
  return writtenSecrets(parsed.value)
    .filter(({ written }) => !/^\$\{(?:env|file|cred):[^{}]+\}$/.test(written))
    .map(({ path: at }) => parsed.locate(at, "value"));
}
