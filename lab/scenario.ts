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

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "small letters, digits and hyphens are wanted");
const Story = z.strictObject({ ja: Line, en: Line });
const Causes = z.array(Cause).max(4);
const Scope = z.enum(scopeIds);
const Scopes = z.union([Scope.transform((one) => [one]), z.array(Scope).min(1)], { error: scopeSentence });
const Reaches = z.enum(reaches);
const Pages = z.int().min(0);

/** What is expected instead, for one strength or load; null: not judged there. */
const Otherwise = z.strictObject({
  causes: Causes.optional(),
  scope: Scopes.nullable().optional(),
  reach: Reaches.nullable().optional(),
  page: Pages.nullable().optional(),
});

const WithLoad = z.preprocess(
  (given) => (typeof given === "string" ? { load: given } : given),
  z.strictObject({ load: z.enum(loads), settle: Duration.optional(), expect: Otherwise.optional() }),
);
const WithLoads = z
  .array(WithLoad)
  .min(1)
  .refine((all) => new Set(all.map(({ load }) => load)).size === all.length, "a load is there twice");

const Strength = z.strictObject({
  name: Name.refine((name) => !loads.some((load) => load === name), "that is the name of a load"),
  story: Story.optional(),
  replace: z.record(z.string().min(1), z.string("words are wanted; write a number in quotes")).default({}),
  given: Steps.optional(),
  inject: Steps.optional(),
  restore: Steps.optional(),
  settle: Duration.optional(),
  expect: Otherwise.optional(),
  loads: WithLoads.optional(),
});

/** A scenario file, whole: the form is fixed, so files written elsewhere run as they are. */
export const ScenarioFile = z.strictObject({
  id: Name,
  story: Story,
  given: Steps.default([]),
  inject: Steps,
  load: z.enum(loads).default("normal"),
  settle: Duration.default(60_000),
  expect: z.strictObject({
    causes: Causes,
    scope: Scopes.optional(),
    reach: Reaches.optional(),
    page: Pages.optional(),
  }),
  restore: Steps.default([]),
  /** what the fault and its strengths are crossed with; left out: every load, where there are strengths */
  loads: WithLoads.optional(),
  /** the same fault, weaker, stronger or elsewhere */
  strengths: z.array(Strength).default([]),
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
  /** a variant's is `ID~LOAD`, or `ID~STRENGTH-LOAD` */
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

/** The scenario a file tells of, ready to be played. */
export function scenarioOf({ id, story, given, inject, load, settle, expect, restore }: ScenarioFile): Scenario {
  const { causes, scope = null, reach = null, page = null } = expect;
  const whole = { id, story, given, inject, load, settleMs: settle, expect: { causes, scope, reach, page }, restore };
  return { ...whole, hash: createHash("sha256").update(JSON.stringify(whole)).digest("hex") };
}
