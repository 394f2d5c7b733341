import { createHash } from "node:crypto";
import path from "node:path";
import type { Site } from "../kernel/model/site.ts";
import { UnopenedSecret } from "../kernel/secret.ts";
import { inBoth } from "../words/config.ts";
import { compile } from "./compile.ts";
import { dotted, type Draft, type Finding } from "./finding.ts";
import { lint, lintTexts } from "./lints.ts";
import { thisMachine, type Machine } from "./machine.ts";
import { suspectSpans, writtenSecrets, type WrittenSecret } from "./mask.ts";
import { parseYaml, type Parsed, type Span, type YamlProblem } from "./parse.ts";
import { checkReferences, namesOf } from "./references.ts";
import { checkValues } from "./repair.ts";
import { checkSecrets, plainSecrets, type SitePlan } from "./secrets.ts";
import { decode, readSource, type Unreadable } from "./source.ts";
import { lineIndex, type LineIndex } from "./text.ts";
import { yamlFinding } from "./yaml-words.ts";

export interface LoadOptions {
  /** warnings refuse the file too, and a secret in plain text is an error */
  readonly strict?: boolean;
  readonly machine?: Machine;
}

/** What reading the file came to. */
export interface LoadOutcome {
  /** the file as it was named */
  readonly name: string;
  readonly text: string;
  /** by line and column */
  readonly findings: readonly Finding[];
  /** null when the file must not be used */
  readonly plan: SitePlan | null;
  readonly strict: boolean;
  /** where secrets stand in the text: never to be shown */
  readonly hidden: readonly Span[];
}

/** Reads and checks a configuration file; opens no secret. Never throws for anything the file holds. */
export function loadConfig(file: string, options: LoadOptions = {}): LoadOutcome {
  const { strict = false, machine = thisMachine() } = options;
  const source = readSource(machine.files, file);
  if (!source.ok) return unusable(file, source.error, strict);
  return checkBytes(source.value, file, { strict, machine });
}

/** Checks a text as if it stood in the file `name`. */
export function checkConfigText(text: string, name: string, options: LoadOptions = {}): LoadOutcome {
  const { strict = false, machine = thisMachine() } = options;
  return checkBytes(new TextEncoder().encode(text), name, { strict, machine });
}

type Settled = Required<LoadOptions>;

function unusable(name: string, { code, message, hint, text, offset }: Unreadable, strict: boolean): LoadOutcome {
  const [line, column] = text === "" ? [0, 0] : lineIndex(text).at(offset);
  const finding: Finding = { severity: "error", code, line, column, length: 1, path: "", message, hint };
  return { name, text, findings: [finding], plan: null, strict, hidden: suspectSpans(text) };
}

function checkBytes(bytes: Uint8Array, name: string, options: Settled): LoadOutcome {
  const decoded = decode(bytes);
  if (!decoded.ok) return unusable(name, decoded.error, options.strict);
  const marked = decoded.value.startsWith("\uFEFF");
  const text = marked ? decoded.value.slice(1) : decoded.value;
  const lines = lineIndex(text);
  const parsed = parseYaml(text);
  const mark: Finding[] = marked ? [byteOrderMark()] : [];
  const base = { name, text, strict: options.strict };
  if (parsed.value === null) {
    const hidden = suspectSpans(text);
    const findings = parsed.problems.map((problem) => yamlFinding(discreet(problem, hidden), lines));
    return { ...base, findings: [...mark, ...findings], plan: null, hidden };
  }
  const secrets = writtenSecrets(parsed.value);
  const folder = path.dirname(path.resolve(name));
  const hash = createHash("sha256").update(bytes).digest("hex");
  const { drafts, site } = understand(parsed.value, secrets, { ...options, folder, hash });
  const findings = [...mark, ...settle(drafts).map((draft) => place(draft, parsed, lines))].sort(byPlace);
  const plan =
    site === null || isRefused(findings, options.strict)
      ? null
      : { site, folder, secrets: places(secrets, parsed, lines) };
  return { ...base, findings, plan, hidden: hiddenSpans(secrets, parsed) };
}

/** A password that begins with `*` looks like an alias; its name is not said. */
function discreet(problem: YamlProblem, hidden: readonly Span[]): YamlProblem {
  const inside = hidden.some(({ offset, length }) => problem.offset >= offset && problem.offset < offset + length);
  return problem.kind === "alias" && inside ? { ...problem, name: "••••" } : problem;
}

function byteOrderMark(): Finding {
  const message = inBoth((w) => w.byteOrderMark);
  return { severity: "note", code: "byte-order-mark", line: 1, column: 1, length: 1, path: "", message, hint: null };
}

interface Understanding extends Settled {
  readonly folder: string;
  readonly hash: string;
}

/** Everything there is to say of the values, and what they come to. */
function understand(
  raw: Readonly<Record<string, unknown>>,
  secrets: readonly WrittenSecret[],
  { strict, machine, folder, hash }: Understanding,
): { drafts: Draft[]; site: Site | null } {
  const { drafts, config } = checkValues(raw);
  const texts = [...drafts, ...plainSecrets(secrets, strict), ...lintTexts(raw, strict)];
  if (config === null) return { drafts: texts, site: null };
  const compiled = compile({ config, raw, folder, hash, machine });
  const meaning = [
    ...checkReferences(config, namesOf(raw)),
    ...compiled.drafts,
    ...lint(config, compiled.site),
    ...checkSecrets(secrets, folder, machine),
  ];
  return { drafts: [...texts, ...meaning], site: compiled.site };
}

/** Says each thing once, and keeps advice for a finished file back while there are errors. */
function settle(drafts: readonly Draft[]): Draft[] {
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

function place({ path: at, part, severity, code, message, hint }: Draft, parsed: Parsed, lines: LineIndex): Finding {
  const span = parsed.locate(at, part);
  const [line, column] = lines.at(span.offset);
  return { severity, code, line, column, length: lines.lengthOf(span), path: dotted(at), message, hint };
}

function byPlace(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column;
}

function places(secrets: readonly WrittenSecret[], parsed: Parsed, lines: LineIndex): SitePlan["secrets"] {
  return secrets
    .filter(({ known }) => known)
    .map(({ written, path: at }) => {
      const span = parsed.locate(at, "value");
      const [line, column] = lines.at(span.offset);
      return {
        secret: new UnopenedSecret(written),
        place: { line, column, length: lines.lengthOf(span), path: dotted(at) },
      };
    });
}

/** References say no secret; everything else under a secret's key does. */
function hiddenSpans(secrets: readonly WrittenSecret[], parsed: Parsed): Span[] {
  return secrets
    .filter(({ written }) => !/^\$\{(?:env|file|cred):[^{}]+\}$/.test(written))
    .map(({ path: at }) => parsed.locate(at, "value"));
}
