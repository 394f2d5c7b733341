import { repairActions } from "../actions/actions.ts";
import type { Cause, EvidenceKind, Likelihood } from "../model.ts";
import { readDocument, type Path, type Written } from "./document.ts";
import { forbiddenIn } from "./first-action.ts";
import { readLikelihood } from "./likelihood.ts";
import { choiceHint, flaw, type Flaw } from "./problem.ts";
import type { CauseFile } from "./schema.ts";
import { readShape } from "./shape.ts";

/** One file, as far as it can be told without the others. */
export interface CauseReading {
  /** null: there are flaws that leave nothing to use */
  readonly cause: Cause | null;
  /** it takes the place of a shipped cause of its id */
  readonly replaces: boolean;
  readonly flaws: readonly Flaw[];
  locate(path: Path, part: "key" | "value"): number;
}

/** @param from what `Cause.from` says */
export function readCause(text: string, evidence: ReadonlyMap<string, EvidenceKind>, from: string): CauseReading {
  const document = readDocument(text);
  if (!document.ok) return unusable([document.error], () => 0);
  const written = document.value;
  const shape = readShape(written);
  if (!shape.ok) return unusable(shape.error, written.locate);
  return causeOf(shape.value, written, { evidence, from });
}

function unusable(flaws: readonly Flaw[], locate: CauseReading["locate"]): CauseReading {
  return { cause: null, replaces: false, flaws, locate };
}

interface Setting {
  readonly evidence: ReadonlyMap<string, EvidenceKind>;
  readonly from: string;
}

function causeOf(file: CauseFile, written: Written, { evidence, from }: Setting): CauseReading {
  const { likelihoods, flaws: ofLines } = readLines(file, written, evidence);
  const flaws = [...ofLines, ...actionFlaws(file, written), ...ownChain(file, written), ...mendFlaws(file, written)];
  const cause: Cause = {
    id: file.id,
    layer: file.layer,
    at: file.at,
    weight: file.weight,
    seeds: file.seeds,
    likelihoods,
    brings: file.brings,
    mendedBy: file["mended-by"],
    ...(file.selective === undefined ? {} : { isSelective: file.selective }),
    title: file.title,
    action: file.action,
    notYet: file["not-yet"],
    fix: file.fix,
    prevention: file.prevention,
    from,
  };
  return { cause: flaws.length === 0 ? cause : null, replaces: file.replaces, flaws, locate: written.locate };
}

function readLines(
  file: CauseFile,
  written: Written,
  evidence: ReadonlyMap<string, EvidenceKind>,
): { likelihoods: readonly Likelihood[]; flaws: readonly Flaw[] } {
  const likelihoods: Likelihood[] = [];
  const flaws: Flaw[] = [];
  const seen = new Set<string>();
  for (const [index, item] of file.likelihood.entries()) {
    const [text, path] =
      typeof item === "string" ? [item, ["likelihood", index]] : [item.sees, ["likelihood", index, "sees"]];
    const { line, flaws: found } = readLikelihood(text, evidence);
    flaws.push(...found.map((one) => ({ ...one, offset: written.locateIn(path, one.offset ?? 0) })));
    if (line === null) continue;
    const name = text.trim().split(/\s/)[0] ?? "";
    if (seen.has(name)) {
      const at = written.locateIn(path, 0);
      flaws.push(flaw("evidence-twice", at, [(w) => w.evidenceTwice(name), (w) => w.onceHint]));
    }
    seen.add(name);
    likelihoods.push(typeof item === "string" ? line : { ...line, why: item.why });
  }
  return { likelihoods, flaws };
}

/** The same forbidden word in one text for both languages is told once. */
function actionFlaws(file: CauseFile, written: Written): readonly Flaw[] {
  const single = typeof Reflect.get(Object(written.value), "action") === "string";
  const langs = single ? (["ja"] as const) : (["ja", "en"] as const);
  return langs.flatMap((lang) => {
    const found = forbiddenIn(file.action[lang]);
    if (found === null) return [];
    const at = written.locateIn(single ? ["action"] : ["action", lang], found.index);
    return [flaw("forbidden", at, [(w) => w.forbidden(found.word), (w) => w.forbiddenHint])];
  });
}

function ownChain(file: CauseFile, written: Written): readonly Flaw[] {
  if (!Object.hasOwn(file.brings, file.id)) return [];
  const at = written.locate(["brings", file.id], "key");
  return [flaw("brings-itself", at, [(w) => w.bringsItself, (w) => w.bringsItselfHint])];
}

function mendFlaws(file: CauseFile, written: Written): readonly Flaw[] {
  return Object.keys(file["mended-by"])
    .filter((id) => !repairActions.has(id))
    .map((id) => {
      const at = written.locate(["mended-by", id], "key");
      return flaw("unknown-action", at, [
        (w) => w.unknownAction(id.slice(0, 64)),
        choiceHint(id, repairActions.keys()),
      ]);
    });
}
