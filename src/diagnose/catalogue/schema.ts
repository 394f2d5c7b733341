import { z } from "zod";
import { partKinds } from "../model.ts";

/** Where causes are sorted; words/diagnosis-catalogue.ts names each. */
export const causeLayers = [
  "client",
  "path",
  "network",
  "dns",
  "tls",
  "hardware",
  "resource",
  "service",
  "app",
  "db",
  "mail",
  "time",
  "data",
  "change",
  "provider",
  "security",
  "traffic",
  "monitor",
] as const;

export const causePlaces = [...partKinds, "service", "webapp"] as const;

/** Longer than any advice a person reads at night. */
const maxText = 600;
const maxLines = 200;

const Sentence = z
  .string()
  .trim()
  .min(1)
  .max(maxText)
  .refine((text) => !/[^\P{C}\n]/u.test(text));
/** One text stands for both languages, for whoever writes only one. */
const Text = z.union([
  Sentence.transform((text) => ({ ja: text, en: text })),
  z.strictObject({ ja: Sentence, en: Sentence }),
]);
const Chance = z.number().gt(0).max(1);
const Chances = z.record(z.string(), Chance).default({});

/** A file of `causes/`, as it is written. */
export const CauseFile = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z](?:-?[a-z0-9])*$/)
    .max(64),
  replaces: z.boolean().default(false),
  layer: z.enum(causeLayers),
  at: z.enum(causePlaces),
  weight: z.number().gt(0).max(100),
  seeds: z.array(z.string().max(maxText)).max(maxLines).default([]),
  title: Text,
  action: Text,
  "not-yet": Text,
  fix: Text,
  prevention: Text,
  likelihood: z
    .array(z.union([z.string().max(maxText), z.strictObject({ sees: z.string().max(maxText), why: Text })]))
    .min(1)
    .max(maxLines),
  brings: Chances,
  "mended-by": Chances,
  selective: z.boolean().optional(),
});
export type CauseFile = z.infer<typeof CauseFile>;

export const causeKeys: readonly string[] = Object.keys(CauseFile.shape);
