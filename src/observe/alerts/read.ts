import { hash } from "node:crypto";
import { KoboshiError } from "../../kernel/errors.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { readMoment } from "./moment.ts";

/** An alert as its sender tells it. */
export interface Alert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generator: string | null;
  readonly startsAtMs: number;
  /** null: not told */
  readonly endsAtMs: number | null;
  readonly firing: boolean;
}

/** An identity has at most these; Prometheus' own targets have a dozen. */
const mostLabels = 64;
const longestName = 256;
const longestValue = 2_048;
const mostAnnotations = 32;
const longestAnnotation = 4_000;
const longestUrl = 2_048;
/** Prometheus sends 64 at once, a proxy in between perhaps some thousands. */
const mostAlerts = 10_000;
/** How senders write «no time», Go's zero. */
const noTime = "0001-01-01T00:00:00Z";

class Unusable extends Error {}

/** The body of `POST /api/v2/alerts`: every item is good, or none is taken. @returns KB1401 with the item's number */
export function readApiAlerts(body: unknown, nowMs: number): Result<readonly Alert[], KoboshiError> {
  return readItems(body, (item) => readItem(item, nowMs, null));
}

/** The body of Alertmanager's webhook, version 4. @returns KB1401 with the item's number, KB1402 for another version */
export function readWebhook(body: unknown, nowMs: number): Result<readonly Alert[], KoboshiError> {
  const { version, alerts } = isRecord(body) ? body : {};
  if (version !== "4") {
    const found = typeof version === "string" ? version.slice(0, 20) : "—";
    return err(new KoboshiError("KB1402", { found }));
  }
  return readItems(alerts, (item) => readItem(item, nowMs, "webhook"));
}

function readItems(items: unknown, read: (item: unknown) => Alert): Result<readonly Alert[], KoboshiError> {
  if (!Array.isArray(items)) return err(new KoboshiError("KB1401", { item: "—", what: "a list of alerts" }));
  if (items.length > mostAlerts) return err(new KoboshiError("KB1403", { found: items.length, most: mostAlerts }));
  const alerts: Alert[] = [];
  for (const item of items as unknown[]) {
    try {
      alerts.push(read(item));
    } catch (thrown) {
      if (!(thrown instanceof Unusable)) throw thrown;
      return err(new KoboshiError("KB1401", { item: alerts.length + 1, what: thrown.message }));
    }
  }
  return ok(alerts);
}

function readItem(item: unknown, nowMs: number, from: "webhook" | null): Alert {
  if (!isRecord(item)) throw new Unusable("an object");
  const labels = readLabels(item["labels"]);
  const startsAtMs = readTime(item["startsAt"], "startsAt") ?? nowMs;
  const endsAtMs = readTime(item["endsAt"], "endsAt");
  if (endsAtMs !== null && endsAtMs < startsAtMs && item["startsAt"] !== undefined) {
    throw new Unusable("endsAt ≥ startsAt");
  }
  return {
    fingerprint: fingerprintOf(labels),
    labels: Object.fromEntries(labels),
    annotations: readAnnotations(item["annotations"]),
    generator: readGenerator(item["generatorURL"]),
    startsAtMs,
    endsAtMs,
    firing: from === "webhook" ? isFiring(item["status"]) : endsAtMs === null || endsAtMs > nowMs,
  };
}

function isFiring(status: unknown): boolean {
  if (status === "firing") return true;
  if (status === "resolved") return false;
  throw new Unusable("status: firing / resolved");
}

/** In order of their names; an empty value is the same as no label. */
function readLabels(labels: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(labels)) throw new Unusable("labels: {…}");
  const pairs = Object.entries(labels).filter(([, value]) => value !== "");
  if (pairs.length === 0) throw new Unusable("labels: { alertname: … }");
  if (pairs.length > mostLabels) throw new Unusable(`labels ≤ ${mostLabels}`);
  for (const [name, value] of pairs) {
    if (typeof value !== "string") throw new Unusable(`labels.${name.slice(0, 40)}: "…"`);
    if (name === "" || name.length > longestName) throw new Unusable(`labels: 1–${longestName}`);
    if (value.length > longestValue) throw new Unusable(`labels.${name.slice(0, 40)} ≤ ${longestValue}`);
  }
  return (pairs as [string, string][]).sort(([a], [b]) => (a < b ? -1 : 1));
}

function readAnnotations(annotations: unknown): Readonly<Record<string, string>> {
  if (annotations === undefined || annotations === null) return {};
  if (!isRecord(annotations)) throw new Unusable("annotations: {…}");
  const texts = Object.entries(annotations).filter((pair): pair is [string, string] => typeof pair[1] === "string");
  const kept = texts.slice(0, mostAnnotations);
  return Object.fromEntries(kept.map(([name, text]) => [name.slice(0, longestName), text.slice(0, longestAnnotation)]));
}

function readGenerator(url: unknown): string | null {
  return typeof url === "string" && url !== "" && url.length <= longestUrl ? url : null;
}

function readTime(value: unknown, name: string): number | null {
  if (value === undefined || value === null || value === "" || value === noTime) return null;
  const atMs = typeof value === "string" ? readMoment(value) : null;
  if (atMs === null) throw new Unusable(`${name}: 2026-11-22T02:12:00+09:00`);
  return atMs;
}

/** The same labels give the same text, whatever their order; lengths keep two different sets from reading alike. */
function fingerprintOf(labels: readonly (readonly [string, string])[]): string {
  let written = "";
  for (const [name, value] of labels) written += `${name.length}:${name}${value.length}:${value}`;
  return hash("sha256", written, "base64url");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
