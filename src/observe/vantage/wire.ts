import { z } from "zod";
import { langs } from "../../kernel/lang.ts";
import { layers, outcomes } from "../../kernel/model/observation.ts";

/** What the hub and a vantage elsewhere say to each other. Both sides check what they are told: neither trusts the other's sizes. */
export const vantagePaths = {
  join: "/api/v1/vantages/join",
  work: "/api/v1/vantages/work",
  report: "/api/v1/vantages/report",
} as const;

/** Names of HTTP headers, as Node gives them. */
export const vantageHeaders = {
  name: "x-koboshi-vantage",
  sequence: "x-koboshi-sequence",
  signature: "x-koboshi-signature",
} as const;

/** With nothing to report a vantage still says every 30 s that it lives; three missed make it silent. */
export const reportEveryMs = 30_000;
export const silentAfterMs = 90_000;
/** Shorter than the idle time of any usual proxy (60 s). */
export const pollMs = 25_000;
export const itemsPerReport = 500;
export const addressesAtMost = 32;

export const JoinRequest = z.strictObject({
  /** left out: the vantage that this token belongs to */
  name: z.string().max(200).optional(),
  token: z.string().min(1).max(1_000),
  /** ed25519, base64url of the raw 32 bytes */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type JoinRequest = z.infer<typeof JoinRequest>;

export const JoinAnswer = z.object({
  vantage: z.string().min(1),
  /** says which hub this is; the same after a restart */
  hub: z.string().min(1),
  reportEveryMs: z.number().min(1_000).max(600_000),
});
export type JoinAnswer = z.infer<typeof JoinAnswer>;

const text = z.string().max(4_096);

export const WireCheck = z.object({
  id: text,
  service: text,
  kind: text,
  name: text,
  target: text,
  everyMs: z.number().min(1_000),
  timeoutMs: z.number().min(1),
  attempts: z.int().min(1).max(100),
  /** as spec-text.ts writes it; null when withheld */
  spec: z.unknown(),
  /** `secret`: it needs a secret and does not name this vantage, so it is not run from here */
  withheld: z.literal("secret").nullable(),
});
export type WireCheck = z.infer<typeof WireCheck>;

/** What a vantage needs to mail by itself when the hub is silent. */
export const SilenceKit = z.object({
  /** what people call the site */
  site: text,
  timeZone: text,
  /** the mail channel, as spec-text.ts writes it */
  channel: z.unknown(),
  people: z.array(z.object({ name: text, mail: z.string().max(320), lang: z.enum(langs) })).max(50),
});
export type SilenceKit = z.infer<typeof SilenceKit>;

/** One look that no check asks for, as spec-text.ts writes its spec. It is not kept: who cannot be asked now is not asked. */
export const WireLook = z.object({
  id: z.string().min(1).max(64),
  kind: text,
  spec: z.unknown(),
  timeoutMs: z.number().min(1).max(60_000),
});
export type WireLook = z.infer<typeof WireLook>;
export const looksAtOnce = 200;

export const WorkAnswer = z.object({
  /** what to ask with next: the checks and wishes this answer brought */
  cursor: text,
  /** null: as before */
  checks: z.array(WireCheck).max(100_000).nullable(),
  /** comes with the checks; null or left out: this vantage must not mail by itself */
  silence: SilenceKit.nullable().optional(),
  /** checks to look at now */
  probeNow: z.array(text).max(100_000),
  /** left out by a hub that asks for none */
  looks: z.array(WireLook).max(looksAtOnce).optional(),
  hubAtMs: z.number(),
});
export type WorkAnswer = z.infer<typeof WorkAnswer>;

const durationMs = z.number().min(0).max(86_400_000);
const fact = z.union([
  text,
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.string().max(1_024), z.number()])).max(100),
]);

const wireResult = {
  outcome: z.enum(outcomes),
  layer: z.enum(layers).nullable(),
  timings: z.strictObject({
    dnsMs: durationMs.exactOptional(),
    connectMs: durationMs.exactOptional(),
    tlsMs: durationMs.exactOptional(),
    firstByteMs: durationMs.exactOptional(),
    bodyMs: durationMs.exactOptional(),
    totalMs: durationMs,
  }),
  address: z.string().max(300).nullable(),
  facts: z
    .record(z.string().max(100), fact)
    .refine((facts) => Object.keys(facts).length <= 64, { error: "more than 64 facts" }),
  error: z.object({ code: z.string().max(100), text }).nullable(),
};

export const WireObservation = z.object({ checkId: text, attempt: z.int().min(1).max(100), ...wireResult });
export type WireObservation = z.infer<typeof WireObservation>;

/** What one look that no check asks for found. */
export const WireLooked = z.object({ id: z.string().min(1).max(64), ...wireResult });
export type WireLooked = z.infer<typeof WireLooked>;

export const ReportBody = z.object({
  /** which run of numbers the items are counted in */
  buffer: z.string().min(1).max(64),
  /** in order; each is read by itself, so that one bad entry does not cost the others */
  items: z
    .array(z.object({ n: z.int().min(1), ageMs: z.number().min(0), observation: z.unknown() }))
    .max(itemsPerReport),
  /** what was looked at besides, each read by itself; left out when there is nothing */
  looked: z.array(z.unknown()).max(looksAtOnce).optional(),
  connectivity: z.object({ state: z.enum(["ok", "blind", "unknown"]), reasons: z.array(z.string().max(64)).max(16) }),
  clock: z.object({
    /** the vantage's wall clock as it sends */
    wallMs: z.number(),
    /** how long the report before took, the hub's own part taken off; null at first */
    roundTripMs: z.number().min(0).nullable(),
  }),
  /** observations that wait on the vantage's disk, these included */
  bufferDepth: z.int().min(0),
  /** observations thrown away so far because the disk buffer was full */
  dropped: z.int().min(0),
  /** of its own network cards; left out by an older vantage */
  addresses: z.array(z.string().max(64)).max(addressesAtMost).optional(),
});
export type ReportBody = z.infer<typeof ReportBody>;

export const ReportAnswer = z.object({
  /** items up to this number need not be sent again */
  takenUntil: z.int().min(0),
  /** items of this report that were not for this vantage, or not readable */
  refused: z.int().min(0),
  /** how long the hub worked on it */
  tookMs: z.number().min(0),
});
export type ReportAnswer = z.infer<typeof ReportAnswer>;

export const ErrorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string().optional(), fix: z.string().optional() }),
});
