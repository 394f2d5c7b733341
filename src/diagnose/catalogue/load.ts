import { createHash } from "node:crypto";
import fs from "node:fs";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Catalogue, Cause, EvidenceKind } from "../model.ts";
import { readCause, type CauseReading } from "./cause.ts";
import { readFile, readFolder, type CauseText } from "./files.ts";
import { choiceHint, flaw, place, type CatalogueProblem, type Flaw } from "./problem.ts";
import { readShipped } from "./shipped.ts";

export interface CatalogueInput {
  readonly evidence: ReadonlyMap<string, EvidenceKind>;
  /** `causes/` beside the configuration; null: only what is shipped */
  readonly userFolder: string | null;
}

/** A file with everything that is wrong in it. */
interface Entry {
  readonly file: string;
  readonly text: string;
  readonly shipped: boolean;
  readonly reading: CauseReading;
}

/**
 * What can be used, and what is wrong with the rest: a user's file with a mistake is left out, everything else stays in
 * force.
 */
export function readCatalogue(input: CatalogueInput): {
  readonly catalogue: Catalogue;
  readonly problems: readonly CatalogueProblem[];
} {
  const users = input.userFolder === null ? [] : readFolder(input.userFolder);
  const entries = [...shippedEntries(input.evidence), ...users.map((one) => userEntry(one, input.evidence))];
  return settle(entries, input.evidence);
}

/** The catalogue when every file is right. */
export function loadCatalogue(input: CatalogueInput): Result<Catalogue, readonly CatalogueProblem[]> {
  const { catalogue, problems } = readCatalogue(input);
  return problems.length === 0 ? ok(catalogue) : err(problems);
}

/** A user's file that could stand among the others. */
export interface Examined {
  readonly cause: Cause;
  readonly text: string;
  readonly replaces: boolean;
  /** the file of the folder that says the same already */
  readonly presentAs: string | null;
}

/** A file as it would be beside the others; a copy of it among them is not counted against it. Writes nothing. */
export function examineCause(
  file: string,
  { evidence, userFolder }: CatalogueInput,
): Result<Examined, readonly CatalogueProblem[]> {
  const read = readFile(file);
  const users = userFolder === null ? [] : readFolder(userFolder);
  const present = users.find((one) => isSameFile(one.file, file) || isSameText(one.text, read.text));
  const others = users.filter((one) => one !== present);
  const entry = userEntry(read, evidence);
  const entries = [...shippedEntries(evidence), ...others.map((one) => userEntry(one, evidence)), entry];
  const problems = settle(entries, evidence).problems.filter((problem) => problem.file === file);
  const { cause, replaces } = entry.reading;
  if (cause === null || problems.length > 0) return err(problems);
  return ok({ cause, text: entry.text, replaces, presentAs: present?.file ?? null });
}

function isSameText(one: CauseText["text"], other: CauseText["text"]): boolean {
  return one.ok && other.ok && one.value === other.value;
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => fs.statSync(file, { throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function shippedEntries(evidence: ReadonlyMap<string, EvidenceKind>): readonly Entry[] {
  return readShipped(evidence).map((one) => ({ ...one, shipped: true }));
}

function userEntry({ file, text }: CauseText, evidence: ReadonlyMap<string, EvidenceKind>): Entry {
  if (text.ok) return { file, text: text.value, shipped: false, reading: readCause(text.value, evidence, file) };
  const reading = { cause: null, replaces: false, flaws: [text.error], locate: () => 0 };
  return { file, text: "", shipped: false, reading };
}

/** Looks at all files together: ids, chains, evidence nobody uses. */
function settle(
  entries: readonly Entry[],
  evidence: ReadonlyMap<string, EvidenceKind>,
): { catalogue: Catalogue; problems: readonly CatalogueProblem[] } {
  const shippedIds = new Set(entries.flatMap(({ shipped, reading }) => (shipped ? (reading.cause?.id ?? []) : [])));
  const knownIds = new Set(entries.flatMap(({ reading }) => reading.cause?.id ?? []));
  const taken = new Map<string, string>();
  const causes = new Map<string, Cause>();
  const problems: CatalogueProblem[] = [];
  for (const entry of entries) {
    const { cause, flaws } = entry.reading;
    const all = [...flaws, ...(cause === null ? [] : together(entry, { cause, shippedIds, knownIds, taken }))];
    problems.push(...all.map((one) => place(one, entry.file, entry.text)));
    if (cause === null || all.length > 0) continue;
    causes.set(cause.id, cause);
    if (!entry.shipped) taken.set(cause.id, entry.file);
  }
  const usable = inOrder([...causes.values()].map((cause) => ({ ...cause, brings: known(cause.brings, causes) })));
  problems.push(...unused(usable, evidence));
  return { catalogue: { causes: usable, evidence, version: versionOf(usable, evidence) }, problems };
}

interface Others {
  readonly cause: Cause;
  readonly shippedIds: ReadonlySet<string>;
  readonly knownIds: ReadonlySet<string>;
  /** users' causes so far, with their files */
  readonly taken: ReadonlyMap<string, string>;
}

function together({ shipped, reading }: Entry, { cause, shippedIds, knownIds, taken }: Others): readonly Flaw[] {
  const flaws: Flaw[] = [];
  const at = reading.locate(["id"], "value");
  const other = taken.get(cause.id);
  if (other !== undefined) flaws.push(flaw("taken-id", at, [(w) => w.takenId(cause.id, other), (w) => w.takenIdHint]));
  if (!shipped && shippedIds.has(cause.id) && !reading.replaces)
    flaws.push(flaw("shadows", at, [(w) => w.shadows(cause.id), (w) => w.shadowsHint]));
  if (!shippedIds.has(cause.id) && reading.replaces) {
    const hint = choiceHint(cause.id, shippedIds, (w) => w.replacesNothingHint);
    flaws.push(flaw("replaces-nothing", at, [(w) => w.replacesNothing(cause.id), hint]));
  }
  for (const id of Object.keys(cause.brings).filter((name) => !knownIds.has(name))) {
    const hint = choiceHint(id, knownIds, (w) => w.unknownCauseHint);
    flaws.push(flaw("unknown-cause", reading.locate(["brings", id], "key"), [(w) => w.unknownCause(id), hint]));
  }
  return flaws;
}

/** A chain to a cause that was left out is left out, too. */
function known(brings: Cause["brings"], causes: ReadonlyMap<string, Cause>): Cause["brings"] {
  return Object.fromEntries(Object.entries(brings).filter(([id]) => causes.has(id)));
}

function inOrder(causes: readonly Cause[]): ReadonlyMap<string, Cause> {
  return new Map(causes.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((cause) => [cause.id, cause]));
}

/** Evidence that tells nothing would be gathered for nothing. */
function unused(
  causes: ReadonlyMap<string, Cause>,
  evidence: ReadonlyMap<string, EvidenceKind>,
): readonly CatalogueProblem[] {
  const used = new Set([...causes.values()].flatMap(({ likelihoods }) => likelihoods.map((line) => line.evidence)));
  return [...evidence.keys()]
    .filter((id) => !used.has(id))
    .map((id) => place(flaw("unused", null, [(w) => w.unused(id), (w) => w.unusedHint]), id, ""));
}

/** Of what is told, not of how it is written or where it lies. */
function versionOf(causes: ReadonlyMap<string, Cause>, evidence: ReadonlyMap<string, EvidenceKind>): string {
  const hash = createHash("sha256");
  for (const { from: _, ...told } of causes.values()) hash.update(`${JSON.stringify(told)}\n`);
  for (const id of [...evidence.keys()].toSorted()) hash.update(`${JSON.stringify(evidence.get(id))}\n`);
  return hash.digest("hex");
}
