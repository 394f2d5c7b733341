import fs from "node:fs";
import path from "node:path";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { scenariosOf, stepParts, stepsOf } from "./crossing.ts";
import { variables } from "./names.ts";
import { ScenarioFile, type Scenario } from "./scenario.ts";

/** Something about a file that a person should know. */
export interface Remark {
  /** a `fault` keeps the whole run from starting, a `doubt` is told and passed over */
  readonly weight: "fault" | "doubt";
  readonly file: string;
  /** 1, 2, 3 … */
  readonly line: number;
  readonly text: string;
}

export interface Collection {
  /** in the order of the files' names */
  readonly scenarios: readonly { readonly base: Scenario; readonly variants: readonly Scenario[] }[];
  readonly remarks: readonly Remark[];
}

const largestBytes = 256_000;

/** Reads one scenario file, or every `.yaml` and `.yml` of a folder. */
export function readScenarios(place: string): Collection {
  const files = filesAt(place);
  if (files.length === 0) {
    return { scenarios: [], remarks: [fault(place, 1, "no scenario here; a scenario is a file *.yaml")] };
  }
  const read = files.map((file) => ({ file, ...readOne(file) }));
  const seen = new Map<string, string>();
  const twice = read.flatMap(({ file, scenario }): Remark[] => {
    if (scenario === null) return [];
    const earlier = seen.get(scenario.base.id);
    seen.set(scenario.base.id, earlier ?? file);
    return earlier === undefined ? [] : [fault(file, 1, `id "${scenario.base.id}" is also that of ${earlier}`)];
  });
  return {
    scenarios: read.flatMap(({ scenario }) => scenario ?? []),
    remarks: [...read.flatMap(({ remarks }) => remarks), ...twice],
  };
}

export function remarkLine({ weight, file, line, text }: Remark): string {
  return `${file}:${line}: ${weight === "doubt" ? "(only a doubt) " : ""}${text}`;
}

function filesAt(place: string): string[] {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [place];
  return fs
    .readdirSync(place)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => path.join(place, name));
}

type One = { readonly scenario: Collection["scenarios"][number] | null; readonly remarks: readonly Remark[] };

function readOne(file: string): One {
  if (fs.statSync(file).size > largestBytes) return refused(file, 1, `larger than ${largestBytes} bytes`);
  return readScenario(file, fs.readFileSync(file, "utf8"));
}

/** @param file only named in what is told of it */
export function readScenario(file: string, text: string): One {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) return refused(file, lines.linePos(broken.pos[0]).line, `not YAML: ${broken.message}`);
  const parsed = ScenarioFile.safeParse(document.toJS({ maxAliasCount: 100 }));
  const lineOf = (at: readonly PropertyKey[]): number => lineAt(document, lines, at);
  if (!parsed.success) {
    return { scenario: null, remarks: parsed.error.issues.map((issue) => issueRemark(file, issue, lineOf)) };
  }
  const remarks = [...stepRemarks(file, parsed.data, lineOf), ...strengthRemarks(file, parsed.data, lineOf)];
  const isUsable = remarks.every(({ weight }) => weight === "doubt");
  return { scenario: isUsable ? scenariosOf(parsed.data) : null, remarks };
}

function refused(file: string, line: number, text: string): One {
  return { scenario: null, remarks: [fault(file, line, text)] };
}

function fault(file: string, line: number, text: string): Remark {
  return { weight: "fault", file, line, text };
}

/** The line of the innermost thing on the path that is in the file. */
function lineAt(document: Document, lines: LineCounter, at: readonly PropertyKey[]): number {
  for (let length = at.length; length > 0; length--) {
    const node = document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

type LineOf = (at: readonly PropertyKey[]) => number;

function issueRemark(file: string, issue: z.core.$ZodIssue, lineOf: LineOf): Remark {
  const where = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const name = where.replace(/^\./, "");
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => `"${key}"`).join(", ");
    return fault(
      file,
      lineOf([...issue.path, issue.keys[0] ?? ""]),
      `${name === "" ? "" : `${name}: `}unknown ${keys}`,
    );
  }
  if (issue.code === "invalid_value") {
    return fault(file, lineOf(issue.path), `${name}: not one of ${issue.values.map(String).join(", ")}`);
  }
  return fault(file, lineOf(issue.path), `${name === "" ? "" : `${name}: `}${issue.message}`);
}

function stepRemarks(file: string, scenario: ScenarioFile, lineOf: LineOf): Remark[] {
  return stepParts.flatMap((part) =>
    scenario[part].flatMap(({ run }, index) =>
      unknownVariables(run).map((name) =>
        variableRemark({ file, line: lineOf([part, index, "run"]), where: `${part}[${index}].run`, name }),
      ),
    ),
  );
}

interface Unknown extends Pick<Remark, "file" | "line"> {
  readonly where: string;
  readonly name: string;
}

function variableRemark({ file, line, where, name }: Unknown): Remark {
  const isOurs = name.startsWith("LAB_");
  const text = `${where}: ${isOurs ? "there is no" : "nothing sets"} $${name}; the lab has ${variables.join(" ")}`;
  return { weight: isOurs ? "fault" : "doubt", file, line, text };
}

const shellsOwn = new Set(["PATH", "HOME", "PWD", "USER", "RANDOM", "IFS", "PPID", "TMPDIR", "HOSTNAME"]);

/** Names in capitals that a script uses and neither sets nor gets. What stands in single quotes is another program's. */
export function unknownVariables(script: string): string[] {
  const open = script.replaceAll(/'[^']*'/g, "''");
  const set = new Set(
    [...open.matchAll(/(?:^|[\s;(&|])(?:([A-Z_][A-Z0-9_]*)=|(?:for|read(?: -r)?)\s+([A-Z_][A-Z0-9_]*))/gm)].map(
      ([, assigned, bound]) => assigned ?? bound,
    ),
  );
  const used = [...open.matchAll(/(?<!\\)\$\{?([A-Z_][A-Z0-9_]*)/g)].map(([, name = ""]) => name);
  const known = new Set<string>(variables);
  return [...new Set(used)].filter((name) => !known.has(name) && !set.has(name) && !shellsOwn.has(name));
}

/** A strength that changes nothing, or what another does, would be played as what it is not. */
function strengthRemarks(file: string, scenario: ScenarioFile, lineOf: LineOf): Remark[] {
  const names = new Set<string>();
  const played = new Map([[playedAs(scenario), "the file itself"]]);
  return scenario.strengths.flatMap((strength, index) => {
    const at = ["strengths", index];
    const where = `strengths[${index}]`;
    const remarks = replaceRemarks(file, scenario, { strength, index, lineOf });
    if (names.has(strength.name)) {
      remarks.push(fault(file, lineOf([...at, "name"]), `${where}.name: "${strength.name}" is there twice`));
    }
    names.add(strength.name);
    const steps = playedAs(stepsOf(scenario, strength));
    const same = played.get(steps);
    if (same !== undefined) remarks.push(fault(file, lineOf(at), `${where}: its steps are those of ${same}`));
    played.set(steps, same ?? `"${strength.name}"`);
    return remarks;
  });
}

function playedAs({ given, inject, restore }: Pick<ScenarioFile, (typeof stepParts)[number]>): string {
  return JSON.stringify([given, inject, restore]);
}

interface Strengthened {
  readonly strength: ScenarioFile["strengths"][number];
  readonly index: number;
  readonly lineOf: LineOf;
}

/** Words that are in no step it takes from the file, and variables that only it uses. */
function replaceRemarks(file: string, scenario: ScenarioFile, { strength, index, lineOf }: Strengthened): Remark[] {
  const taken = stepParts.flatMap((part) => (strength[part] === undefined ? scenario[part] : []));
  const known = new Set(taken.flatMap(({ run }) => unknownVariables(run)));
  const steps = stepsOf(scenario, strength);
  return [
    ...Object.keys(strength.replace)
      .filter((from) => !taken.some(({ run }) => run.includes(from)))
      .map((from) => {
        const line = lineOf(["strengths", index, "replace", from]);
        return fault(file, line, `strengths[${index}].replace: "${from}" is in no step`);
      }),
    ...stepParts.flatMap((part) =>
      steps[part].flatMap(({ run }, step) => {
        const isOwn = strength[part] !== undefined;
        const line = lineOf(["strengths", index, ...(isOwn ? [part, step, "run"] : ["replace"])]);
        const where = `strengths[${index}].${isOwn ? `${part}[${step}].run` : "replace"}`;
        return unknownVariables(run)
          .filter((name) => isOwn || !known.has(name))
          .map((name) => variableRemark({ file, line, where, name }));
      }),
    ),
  ];
}
