import { runAttempt, stop, type Attempt, type Stop } from "../../clients/attempt.ts";
import { readBody } from "../../clients/http.ts";
import { hostOf, visit, withoutSecrets } from "../../clients/http-visit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { ScrapeSpec } from "../../kernel/model/site.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import { parseOpenMetrics, type Exposed } from "../../readers/metrics/openmetrics.ts";
import { parsePrometheusText } from "../../readers/metrics/prometheus-text.ts";

/** What one fetch of an exporter's page found. */
export interface Scraped {
  readonly values: readonly Exposed[];
  /** null when it could be read */
  readonly error: { readonly code: string; readonly text: string } | null;
  readonly seconds: number;
}

/** Prometheus asks for both; exporters answer the newer one when they know it. */
const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
/** node_exporter answers 100 kB, a large database exporter some MB. */
const longestPageBytes = 16_000_000;
const longestMs = 10_000;

/** Fetches one page of metrics and reads it. Bad news is in the value. */
export async function scrapeOnce(
  spec: ScrapeSpec,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Scraped> {
  const found: Exposed[] = [];
  const timeoutMs = Math.min(longestMs, spec.everyMs);
  const result = await runAttempt({ clock, timeoutMs, signal }, async (attempt) => {
    const page = await fetchPage(attempt, new URL(spec.url));
    if ("layer" in page) return page;
    const read = page.isOpenMetrics ? parseOpenMetrics(page.text) : parsePrometheusText(page.text);
    if (!read.ok) return stop("content", "not-metrics", `line ${read.error.line}: ${read.error.why}`).error;
    found.push(...read.value);
    return null;
  });
  return { values: found, error: errorOf(result), seconds: result.timings.totalMs / 1_000 };
}

function errorOf({ outcome, error, layer }: ProbeResult): Scraped["error"] {
  if (outcome === "up") return null;
  return error ?? { code: layer ?? "failed", text: "" };
}

interface FetchedPage {
  readonly text: string;
  readonly isOpenMetrics: boolean;
}

async function fetchPage(attempt: Attempt, url: URL): Promise<FetchedPage | Stop> {
  const headers = { accept, "accept-encoding": "gzip", ...authorization(url) };
  const request = { method: "GET", url, headers, body: null, maxRedirects: 0, caFile: null };
  const visited = await visit(attempt, { ...request, trustedHosts: new Set([hostOf(url)]) });
  if (!visited.ok) return visited.error;
  const { message } = visited.value;
  const body = await readBody(attempt, message, { maxBytes: longestPageBytes, keep: true });
  if (!body.ok) return body.error;
  if (message.statusCode !== 200) return stop("application", "status", `status ${message.statusCode ?? 0}`).error;
  if (body.value.truncated) {
    return stop("content", "too-large", `${withoutSecrets(url)} has more than ${longestPageBytes} bytes`).error;
  }
  const isOpenMetrics = /^application\/openmetrics-text\b/i.test(message.headers["content-type"] ?? "");
  return { text: body.value.bytes.toString("utf8"), isOpenMetrics };
}

/** A user and password written in the address. */
function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "") return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(plain).toString("base64")}` };
}
