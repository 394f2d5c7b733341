import { createHash } from "node:crypto";
import fs from "node:fs";
import { z } from "zod";
import { appendLine, writeWhole } from "./files.ts";
import type { Scenario } from "./scenario.ts";
import { results, type Scored } from "./score.ts";
import type { Watched } from "./watch.ts";

const ScoredLine = z.object({
  verdict: z.object({
    id: z.string(),
    result: z.enum(results),
    causes: z.array(z.object({ id: z.string(), component: z.string().nullable(), probability: z.number() })),
    scope: z.string().nullable(),
    reach: z.string().nullable(),
    pages: z.number(),
    scopeSeconds: z.number().nullable(),
    seconds: z.number().nullable(),
    reason: z.string(),
  }),
  marks: z.object({
    isHealthy: z.boolean(),
    top1: z.boolean(),
    top3: z.boolean(),
    scopeRight: z.boolean(),
    confidence: z.number().nullable(),
    accused: z.boolean(),
    lastWordSeconds: z.number().nullable(),
  }),
});
const Line = z.object({ key: z.string(), scored: ScoredLine });

export interface RunKey {
  /** of the code that is tried */
  readonly revision: string;
  readonly seed: number;
  readonly isBlind: boolean;
}

/** What an interrupted run had done already. */
export interface Resume {
  /** null: not done yet with this code, seed and text */
  done(scenario: Scenario): Scored | null;
  /** @param watched kept beside the result for whoever asks how it came to it */
  keep(scenario: Scenario, scored: Scored, watched: Watched | null): void;
  /** the run is whole: these need not be known any more */
  forget(scenarios: readonly Scenario[]): void;
}

export function openResume(file: string, run: RunKey): Resume {
  const keyOf = ({ id, hash }: Scenario): string =>
    createHash("sha256")
      .update(JSON.stringify([run.revision, run.seed, run.isBlind, id, hash]))
      .digest("hex");
  const lines = readLines(file);
  const known = new Map<string, Scored>(lines.map(({ key, scored }) => [key, scored]));

  return {
    done: (scenario) => known.get(keyOf(scenario)) ?? null,
    keep(scenario, scored, watched) {
      known.set(keyOf(scenario), scored);
      appendLine(file, JSON.stringify({ key: keyOf(scenario), scored, watched }));
    },
    forget(scenarios) {
      const gone = new Set(scenarios.map(keyOf));
      const rest = readLines(file).filter(({ key }) => !gone.has(key));
      writeWhole(file, rest.map((line) => `${JSON.stringify(line)}\n`).join(""));
    },
  };
}

/** A line that was cut short by a crash is one scenario to play again, no more. */
function readLines(file: string): z.infer<typeof Line>[] {
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .flatMap((text) => {
      const line = Line.safeParse(jsonOf(text));
      return line.success ? [line.data] : [];
    });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
