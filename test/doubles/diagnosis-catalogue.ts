import fs from "node:fs";
import type { BundleId } from "../../src/kernel/model/diagnosis.ts";
import type { Catalogue, Cause, CausePlace, EvidenceKind, Likelihood, Relation } from "../../src/diagnose/model.ts";

interface Written {
  readonly evidence: Readonly<
    Record<
      string,
      {
        readonly bundle: BundleId;
        readonly states: readonly string[];
        readonly leak: readonly number[];
        readonly group: string | null;
        readonly timeoutSeconds: number;
      }
    >
  >;
  readonly causes: Readonly<
    Record<
      string,
      {
        readonly at: CausePlace;
        readonly weight: number;
        readonly lines: readonly string[];
        readonly brings: Readonly<Record<string, number>>;
      }
    >
  >;
}

const relations: Readonly<Record<string, Relation>> = { "^": "dependents", "~": "behind", "@": "needs", "*": "any" };

/** `^vp.http slow=.1 c500=.4` */
export function likelihood(line: string): Likelihood {
  const [name = "", ...states] = line.split(" ");
  const relation = relations[name.slice(0, 1)];
  return {
    evidence: relation === undefined ? name : name.slice(1),
    relation: relation ?? "own",
    states: Object.fromEntries(states.map((state) => [state.split("=")[0] ?? "", Number(state.split("=")[1])])),
  };
}

const both = (text: string): { ja: string; en: string } => ({ ja: text, en: text });

export function causeOf(
  id: string,
  written: Pick<Cause, "at" | "weight"> & { readonly lines: readonly string[] } & Partial<Cause>,
): Cause {
  const { lines, ...rest } = written;
  const told = {
    title: both(id),
    action: both(`look at ${id}`),
    notYet: both(id),
    fix: both(id),
    prevention: both(id),
  };
  const nothing = { layer: "", seeds: [], brings: {}, mendedBy: {}, from: "shipped", ...told };
  return { ...nothing, id, likelihoods: lines.map(likelihood), ...rest };
}

/** The catalogue with the specification's figures, for tests that must not move with the shipped one. */
export function specifiedCatalogue(): Catalogue {
  const { evidence, causes } = JSON.parse(fs.readFileSync("test/fixtures/diagnosis/catalogue.json", "utf8")) as Written;
  return {
    causes: new Map(Object.entries(causes).map(([id, written]) => [id, causeOf(id, written)])),
    evidence: new Map(Object.entries(evidence).map(([id, written]) => [id, kindOf(id, written)])),
    version: "specification",
  };
}

function kindOf(id: string, written: Written["evidence"][string]): EvidenceKind {
  const stateWords = Object.fromEntries(written.states.map((state) => [state, both(state)]));
  return { id, title: both(id), stateWords, risk: written.bundle === "path" ? 2 : 1, unit: "", ...written };
}

export function withoutCause(catalogue: Catalogue, id: string): Catalogue {
  return { ...catalogue, causes: new Map([...catalogue.causes].filter(([other]) => other !== id)) };
}
