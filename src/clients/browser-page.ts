import dns from "node:dns/promises";
import type { BrowserContext, Page, Response } from "playwright-core";
import { errorText } from "../kernel/errors.ts";
import type { Layer } from "../kernel/model/observation.ts";
import { ok } from "../kernel/result.ts";
import { blind, stop, type Attempt, type Phase, type Step, type Stop } from "./attempt.ts";
import { crashed } from "./browser.ts";
import { isPublicAddress } from "./foreign.ts";
import { hostOf, withoutSecrets } from "./http-visit.ts";
import { printable } from "./printable.ts";

/** The last of an attempt's time, for a picture of what went wrong. */
export const pictureMs = 1_500;
const maxNamed = 5;

/** One wait for the page that leaves time for a picture. */
export function pagePhase(attempt: Attempt, phase: Omit<Phase, "limitMs">): Phase {
  return { ...phase, limitMs: Math.max(100, attempt.remainingMs() - pictureMs) };
}

/** Waits for one thing the browser does. Its own time limits are off; `secrets` never stand in what it says. */
export function browse<T>(
  attempt: Attempt,
  phase: Phase,
  { action, secrets = [] }: { action: () => Promise<T>; secrets?: readonly string[] },
): Promise<Step<T>> {
  return attempt.phase<T>(phase, (settle) => {
    action().then(
      (value) => settle(ok(value)),
      (thrown: unknown) => settle(pageStop(thrown, phase.layer, secrets)),
    );
    return () => undefined;
  });
}

/** Chromium's word → layer and code. Source: Chromium, net/base/net_error_list.h. */
const netErrors: readonly (readonly [RegExp, Layer, string])[] = [
  [/NAME_NOT_RESOLVED/, "dns", "name-not-found"],
  [/DNS_TIMED_OUT/, "dns", "timeout"],
  [/CONNECTION_REFUSED/, "connect", "refused"],
  [/CONNECTION_TIMED_OUT|^net::ERR_TIMED_OUT/, "connect", "timeout"],
  [/ADDRESS_UNREACHABLE/, "route", "host-unreachable"],
  [/CERT_DATE_INVALID/, "tls", "certificate-expired"],
  [/CERT_COMMON_NAME_INVALID/, "tls", "certificate-name-mismatch"],
  [/CERT_AUTHORITY_INVALID/, "tls", "certificate-untrusted"],
  [/CERT_REVOKED/, "tls", "certificate-revoked"],
  [/CERT_/, "tls", "certificate-invalid"],
  [/SSL_VERSION/, "tls", "tls-too-old"],
  [/SSL_/, "tls", "handshake-failed"],
  [/EMPTY_RESPONSE|CONNECTION_(?:RESET|CLOSED|ABORTED)/, "protocol", "closed"],
  [/INVALID_HTTP_RESPONSE|INVALID_RESPONSE/, "protocol", "not-http"],
  [/CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED/, "protocol", "body-cut"],
  [/TOO_MANY_REDIRECTS/, "application", "redirect-loop"],
  [/BLOCKED_BY_CLIENT/, "application", "redirect-private"],
  [/INVALID_URL|UNKNOWN_URL_SCHEME/, "application", "redirect-broken"],
];

function pageStop(thrown: unknown, layer: Layer, secrets: readonly string[]): Step<never> {
  let text = errorText(thrown).split("\n")[0] ?? "";
  for (const secret of secrets) if (secret !== "") text = text.replaceAll(secret, "***");
  if (/has been closed|crashed|disconnected/i.test(text)) return crashed(new Error(text));
  if (/ERR_(?:INTERNET_DISCONNECTED|NETWORK_CHANGED|NETWORK_ACCESS_DENIED)/.test(text))
    return blind("route", "no-network", text);
  const known = netErrors.find(([pattern]) => pattern.test(text));
  return known === undefined ? stop(layer, "page-failed", text) : stop(known[1], known[2], text);
}

export interface Watched {
  readonly page: Page;
  /** Notes what was seen while the page was open. */
  note(): void;
}

/** Opens an empty page and counts what goes wrong in it from then on. */
export async function openPage(attempt: Attempt, context: BrowserContext): Promise<Step<Watched>> {
  context.setDefaultTimeout(0);
  const opened = await browse(attempt, pagePhase(attempt, { layer: "application", timing: null }), {
    action: () => context.newPage(),
  });
  if (!opened.ok) return crashed(new Error(opened.error.text));
  const page = opened.value;
  let requests = 0;
  let consoleErrors = 0;
  const said: string[] = [];
  const failed: string[] = [];
  const complain = (text: string): void => {
    consoleErrors += 1;
    if (said.length < maxNamed) said.push(printable(text).slice(0, 200));
  };
  page.on("console", (message) => (message.type() === "error" ? complain(message.text()) : undefined));
  page.on("pageerror", (error) => complain(error.message));
  page.on("request", () => (requests += 1));
  page.on("requestfailed", (request) => {
    const url = URL.canParse(request.url()) ? withoutSecrets(new URL(request.url())) : "";
    failed.push(`${request.failure()?.errorText.replace("net::", "") ?? "failed"} ${url}`.slice(0, 200));
  });
  // windows it opens by itself are nobody's
  context.on("page", (other) => void other.close().catch(() => undefined));
  return ok({
    page,
    note() {
      attempt.facts["requests"] = requests;
      attempt.facts["consoleErrors"] = consoleErrors;
      if (said.length > 0) attempt.facts["consoleSaid"] = said;
      attempt.facts["failedRequests"] = failed.length;
      if (failed.length > 0) attempt.facts["failedNames"] = failed.slice(0, maxNamed);
    },
  });
}

/**
 * Keeps a page of the Internet out of the network koboshi stands in: what it loads, or is led to, must be public unless the
 * configuration itself names the host. A page that is not public itself may load what it needs.
 */
export async function fenceIn(page: Page, url: URL, trusted: ReadonlySet<string>): Promise<void> {
  if (!(await leadsOutside(hostOf(url)))) return;
  const known = new Map<string, Promise<boolean>>();
  // the library's own interception lets redirects pass
  const session = await page.context().newCDPSession(page);
  session.on("Fetch.requestPaused", ({ requestId, request }) => {
    // the page may be gone before the answer
    judge(requestId, request.url).catch(() => undefined);
  });
  await session.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] });

  async function judge(requestId: string, requested: string): Promise<void> {
    if (await allows(requested)) await session.send("Fetch.continueRequest", { requestId });
    else await session.send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
  }

  async function allows(requested: string): Promise<boolean> {
    const host = URL.canParse(requested) ? hostOf(new URL(requested)) : "";
    if (host === "" || host === hostOf(url) || trusted.has(host)) return true;
    return known.get(host) ?? remember(known, host);
  }
}

function remember(known: Map<string, Promise<boolean>>, host: string): Promise<boolean> {
  const asked = leadsOutside(host);
  known.set(host, asked);
  return asked;
}

async function leadsOutside(host: string): Promise<boolean> {
  try {
    const addresses = await dns.lookup(host, { all: true });
    return addresses.every(({ address }) => isPublicAddress(address));
  } catch {
    return true; // a name that leads nowhere is the browser's to say
  }
}

/** Where the page came from and how long its parts took, as the browser measured them. */
export async function noteResponse(attempt: Attempt, response: Response): Promise<Stop | null> {
  const { facts } = attempt;
  const request = response.request();
  const address = await response.serverAddr().catch(() => null);
  if (address !== null) {
    const host = address.ipAddress.replace(/^\[(.*)\]$/, "$1");
    attempt.address = host.includes(":") ? `[${host}]:${address.port}` : `${host}:${address.port}`;
  }
  facts["status"] = response.status();
  facts["finalUrl"] = withoutSecrets(new URL(response.url()));
  const {
    domainLookupStart,
    domainLookupEnd,
    connectStart,
    secureConnectionStart,
    connectEnd,
    requestStart,
    responseStart,
  } = request.timing();
  noteSpan(facts, "dnsMs", domainLookupEnd - domainLookupStart);
  noteSpan(facts, "connectMs", (secureConnectionStart > 0 ? secureConnectionStart : connectEnd) - connectStart);
  if (secureConnectionStart > 0) noteSpan(facts, "tlsMs", connectEnd - secureConnectionStart);
  noteSpan(facts, "firstByteMs", responseStart - requestStart);
  if (response.status() < 400) return null;
  return stop("application", "status", `${response.status()} ${response.statusText()}`).error;
}

function noteSpan(facts: Attempt["facts"], name: string, ms: number): void {
  if (Number.isFinite(ms) && ms >= 0) facts[name] = Math.round(ms * 1_000) / 1_000;
}

/** What is to be seen now, as PNG; null when the page does not let itself be drawn. */
export function picture(attempt: Attempt, page: Page): Promise<Buffer | null> {
  return draw(attempt, page, { type: "png" });
}

/** One that is kept for years is no larger. */
const smallBytes = 200_000;
/** Text stays readable at the first; noise from edge to edge needs the last. */
const qualities = [70, 35, 12] as const;

/** What is to be seen now, as JPEG of at most 200 kB; null when the page does not let itself be drawn, or so small. */
export async function smallPicture(attempt: Attempt, page: Page): Promise<Buffer | null> {
  for (const quality of qualities) {
    const drawn = await draw(attempt, page, { type: "jpeg", quality });
    if (drawn === null || drawn.length <= smallBytes) return drawn;
  }
  return null;
}

async function draw(
  attempt: Attempt,
  page: Page,
  form: { readonly type: "png" } | { readonly type: "jpeg"; readonly quality: number },
): Promise<Buffer | null> {
  const phase: Phase = { layer: "application", timing: null, limitMs: Math.max(100, attempt.remainingMs() - 100) };
  const drawn = await browse(attempt, phase, {
    action: () => page.screenshot({ ...form, animations: "disabled" }),
  });
  return drawn.ok ? drawn.value : null;
}
