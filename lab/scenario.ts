import { createHash } from "node:crypto";
import { z } from "zod";
import { reaches, scopeIds, type Reach, type ScopeId } from "../src/kernel/model/scope.ts";
import { parseDurationMs } from "../src/kernel/units.ts";
import { readCause, type Expected } from "./cause.ts";
import { hosts } from "./names.ts";

export const loads = ["idle", "normal", "busy"] as const;

const Line = z
  .string()
  .min(1)
  .refine((text) => !text.includes("\n"), "one line is wanted");

const Host = z.string().refine((name) => hosts.includes(name), {
  error: ({ input }) => `"${String(input)}" is no host of this lab; there are ${hosts.join(", ")}`,
});
const Steps = z.array(z.strictObject({ on: Host, run: z.string().min(1).max(20_000) }));

const Duration = z.string().transform((text, context) => {
  const read = parseDurationMs(text);
  if (read.ok) return read.value;
  context.addIssue({ code: "custom", message: `"${text}" is not a time; write 60s or 2m` });
  return z.NEVER;
});

const Cause = z.string().transform((text, context): Expected => {
  const read = readCause(text);
  if (typeof read !== "string") return read;
  context.addIssue({ code: "custom", message: read });
  return z.NEVER;
});

const Variant = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "small letters, digits and hyphens are wanted"),
  load: z.enum(loads).optional(),
  settle: Duration.optional(),
  replace: z.record(z.string().min(1), z.string()).default({}),
});

const Scope = z.enum(scopeIds);

/** A scenario file, whole: the form is fixed, so files written elsewhere run as they are. */
export const ScenarioFile = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "small letters, digits and hyphens are wanted"),
  story: z.strictObject({ ja: Line, en: Line }),
  given: Steps.default([]),
  inject: Steps,
  load: z.enum(loads).default("normal"),
  settle: Duration.default(60_000),
  expect: z.strictObject({
    causes: z.array(Cause).max(4),
    scope: z.union([Scope.transform((one) => [one]), z.array(Scope).min(1)], { error: scopeSentence }).optional(),
    reach: z.enum(reaches).optional(),
    page: z.int().min(0).optional(),
  }),
  restore: Steps.default([]),
  vary: z.array(Variant).default([]),
});
export type ScenarioFile = z.infer<typeof ScenarioFile>;

function scopeSentence(): string {
  return `not a scope; there are ${scopeIds.join(", ")}`;
}

export interface Step {
  readonly on: string;
  /** for `sh`, inside that host */
  readonly run: string;
}

/** One fault, or one healthy stretch, ready to be played. */
export interface Scenario {
  /** a variant's is `ID~NAME` */
  readonly id: string;
  readonly story: { readonly ja: string; readonly en: string };
  readonly given: readonly Step[];
  readonly inject: readonly Step[];
  readonly load: (typeof loads)[number];
  readonly settleMs: number;
  readonly expect: {
    /** empty: nothing is broken */
    readonly causes: readonly Expected[];
    /** any of these is right; null: not judged */
    readonly scope: readonly ScopeId[] | null;
    readonly reach: Reach | null;
    /** how often somebody is woken; null: not judged */
    readonly page: number | null;
  };
  readonly restore: readonly Step[];
  /** sha256 of what is played, hex: a changed file is another scenario */
  readonly hash: string;
}

/** The scenario as written, and each of its variants. */
export function scenariosOf(file: ScenarioFile): { readonly base: Scenario; readonly variants: readonly Scenario[] } {
  return { base: build(file), variants: file.vary.map((variant) => build(varied(file, variant))) };
}

function build({ id, story, given, inject, load, settle, expect, restore }: ScenarioFile): Scenario {
  const { causes, scope = null, reach = null, page = null } = expect;
  const whole = { id, story, given, inject, load, settleMs: settle, expect: { causes, scope, reach, page }, restore };
  return { ...whole, hash: createHash("sha256").update(JSON.stringify(whole)).digest("hex") };
}

function varied(file: ScenarioFile, { name, load, settle, replace }: z.infer<typeof Variant>): ScenarioFile {
  const change = ({ on, run }: ScenarioFile["inject"][number]): ScenarioFile["inject"][number] => ({
    on,
    run: Object.entries(replace).reduce((text, [from, to]) => text.replaceAll(from, to), run),
  });
  return {
    ...file,
    id: `${file.id}~${name}`,
    load: load ?? file.load,
    settle: settle ?? file.settle,
    given: file.given.map(change),
    inject: file.inject.map(change),
    restore: file.restore.map(change),
    vary: [],
  };
}
