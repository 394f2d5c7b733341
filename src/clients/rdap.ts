import { z } from "zod";
import { err, ok } from "../kernel/result.ts";
import { blind, phases, type Attempt, type Step, type Stop } from "./attempt.ts";
import { parseOpensslTimeMs } from "./certificate.ts";
import { connectTo } from "./connect.ts";
import { readBody } from "./http.ts";
import { hostOf, visit } from "./http-visit.ts";
import { converse } from "./replies.ts";
import { resolveHost } from "./resolve.ts";

const whoisPort = 43;
const maxBodyBytes = 262_144;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What a registry says of a domain. */
export interface Registration {
  /** Unix epoch UTC; null when the registry does not say */
  readonly expiresAtMs: number | null;
  /** lower case, words parted by spaces: `client hold`, `pending delete`, `active` */
  readonly states: readonly string[];
  readonly registrar: string | null;
}

/** @returns null: the registry has no such domain */
export type RegistryAnswer = Step<Registration | null>;

/** Asks a registry; `server` is `https:`/`http:` for RDAP and `whois:` for port 43. Its own trouble is `unknown`: it says nothing of the domain. */
export async function askRegistry(
  attempt: Attempt,
  { server, domain }: { server: URL; domain: string },
): Promise<RegistryAnswer> {
  const answer =
    server.protocol === "whois:" ? await askWhois(attempt, server, domain) : await askRdap(attempt, server, domain);
  return answer.ok || answer.error.outcome === "unknown" ? answer : err(unheard(answer.error));
}

function unheard({ layer, code, text }: Stop): Stop {
  return blind("application", "registry-unreachable", `${layer} ${code}: ${text}`).error;
}

/** Members this does not name are left out. Source: RFC 9083 §4, §5.3. */
const RdapDomain = z.object({
  status: z.array(z.string()).catch([]),
  events: z.array(z.object({ eventAction: z.string(), eventDate: z.string() })).catch([]),
  entities: z.array(z.object({ roles: z.array(z.string()).catch([]), vcardArray: z.unknown() })).catch([]),
});

/** Source: RFC 9082 §3.1.3, RFC 7480 §5. */
async function askRdap(attempt: Attempt, server: URL, domain: string): Promise<RegistryAnswer> {
  const url = new URL(`domain/${encodeURIComponent(domain)}`, server.href.endsWith("/") ? server : `${server.href}/`);
  const visited = await visit(attempt, {
    url,
    method: "GET",
    headers: { accept: "application/rdap+json, application/json" },
    body: null,
    maxRedirects: 3,
    caFile: null,
    trustedHosts: new Set([hostOf(server)]),
  });
  if (!visited.ok) return visited;
  const { message } = visited.value;
  const status = message.statusCode ?? 0;
  attempt.facts["status"] = status;
  if (status === 404) return ok(null);
  if (status !== 200) return blind("application", "registry-refused", `${status} ${message.statusMessage ?? ""}`);
  const body = await readBody(attempt, message, { maxBytes: maxBodyBytes, keep: true });
  if (!body.ok) return body;
  const parsed = RdapDomain.safeParse(readJson(body.value.bytes.toString("utf8")));
  if (!parsed.success) return blind("application", "registry-unreadable", "the answer is no RDAP");
  const { status: states, events, entities } = parsed.data;
  const expires = events.find(({ eventAction }) => eventAction === "expiration")?.eventDate;
  return ok({
    expiresAtMs: expires === undefined ? null : parseMomentMs(expires),
    states: states.map(plainState),
    registrar: registrarName(entities.find(({ roles }) => roles.includes("registrar"))?.vcardArray),
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // the schema says what is wrong with it
  }
}

/** The formatted name of a jCard. Source: RFC 7095 §3. */
function registrarName(card: unknown): string | null {
  const properties = Array.isArray(card) ? (card[1] as unknown) : null;
  const named = Array.isArray(properties)
    ? properties.find((one: unknown): one is unknown[] => Array.isArray(one) && one[0] === "fn")
    : undefined;
  const name = named?.[3];
  return typeof name === "string" ? name.slice(0, 100) : null;
}

/** EPP writes `clientHold` what RDAP writes `client hold`. Source: RFC 8056 §2. */
function plainState(state: string): string {
  return state
    .slice(0, 60)
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase()
    .trim();
}

/** Source: RFC 3912. JPRS answers in English, in plain ASCII, to a name that ends in `/e`. */
async function askWhois(attempt: Attempt, server: URL, domain: string): Promise<RegistryAnswer> {
  const resolved = await resolveHost(attempt, hostOf(server));
  if (!resolved.ok) return resolved;
  const port = server.port === "" ? whoisPort : Number(server.port);
  const connected = await connectTo(attempt, { addresses: resolved.value, port });
  if (!connected.ok) return connected;
  const talk = converse(attempt, connected.value);
  const ended = new Promise<void>((resolve) => connected.value.once("end", () => resolve()));
  talk.say(`${domain}${domain.endsWith(".jp") ? "/e" : ""}\r\n`);
  const begun = await talk.hear(phases.firstByte, (text) => (text === "" ? null : 0));
  if (!begun.ok) return begun;
  // the server's closing is the end of the text
  const whole = await attempt.phase<void>(phases.body, (settle) => {
    void ended.then(() => settle(ok(undefined)));
    return () => undefined;
  });
  if (!whole.ok) return whole;
  return readWhois(Buffer.from(talk.pending(), "latin1").toString("utf8"));
}

/** Reads what WHOIS servers print: JPRS' brackets in either language, and the form gTLD registries share. */
export function readWhois(text: string): RegistryAnswer {
  if (/^(?:no match!!|no match for|not found|domain not found|no data found)/im.test(text)) return ok(null);
  const expires = field(text, ["Expires on", "有効期限"]) ?? field(text, ["Registry Expiry Date", "Expiry Date"]);
  const states = fields(text, ["Status", "State", "状態", "Domain Status"]);
  // JPRS writes the end of an organisation's domain behind its state: Connected (2027/03/31)
  const behind = states.map((state) => /\((\d{4}\/\d{2}\/\d{2})\)/.exec(state)?.[1]).find((date) => date !== undefined);
  const written = expires ?? behind;
  if (written === undefined && states.length === 0) {
    return blind("application", "registry-unreadable", text.trim().slice(0, 500));
  }
  return ok({
    expiresAtMs: written === undefined ? null : parseMomentMs(written),
    states: states.map((state) => plainState(state.replace(/\s*(?:\(|https?:).*$/, ""))),
    registrar: field(text, ["Registrar"])?.slice(0, 100) ?? null,
  });
}

function field(text: string, names: readonly string[]): string | undefined {
  return fields(text, names)[0];
}

/** `[Name]   value`, `a. [Name]   value` and `Name: value` */
function fields(text: string, names: readonly string[]): readonly string[] {
  const either = names.join("|");
  const line = new RegExp(`^[ \\t]*(?:[a-z]\\.[ \\t]*)?(?:\\[(?:${either})\\]|(?:${either}):)[ \\t]*(\\S.*)$`, "gm");
  return [...text.matchAll(line)].map(([, value = ""]) => value.trim());
}

/** `2027-02-28T23:59:59Z`, `2027-02-28T23:59:59.0+09:00`, and `2027/02/28`, which JPRS means in Japan's time. @returns null for anything else */
export function parseMomentMs(text: string): number | null {
  const form =
    /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?)?\s*(?:Z|UTC|\(?(JST)\)?|([+-])(\d{2}):?(\d{2}))?$/i;
  const match = form.exec(text.trim());
  if (match === null) return null;
  const [, year = "", month = "", day = "", hour = "00", minute = "00", second = "00"] = match;
  const name = months[Number(month) - 1] ?? "";
  const asUtcMs = parseOpensslTimeMs(`${name} ${day} ${hour}:${minute}:${second} ${year} GMT`);
  return Number.isFinite(asUtcMs) ? asUtcMs - offsetMinutes(text, match.slice(7)) * 60_000 : null;
}

function offsetMinutes(text: string, [jst, sign, hours = "0", minutes = "0"]: readonly (string | undefined)[]): number {
  if (jst !== undefined || text.includes("/")) return 540;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
