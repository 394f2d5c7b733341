import { isIP } from "node:net";
import { bareHost } from "../url.ts";

/** What a person typed, taken apart. */
export interface Address {
  readonly host: string;
  /** the page to look at; null: its scheme has to be found out */
  readonly url: string | null;
  /** the name as registered, whose mail and expiry are looked at; null for an address or a name of one's own network */
  readonly domain: string | null;
}

/** Endings under which names are registered one level deeper. Source: JPRS, Nominet and others' registration rules. */
const secondLevel = /^(?:ac|ad|co|com|ed|edu|go|gov|gr|lg|ne|net|or|org)\.[a-z]{2}$/;
const longestChars = 2_000;

/** Reads `www.example.jp`, a URL, `host:8080`, or a mail address, whose domain is meant. @returns null for anything else */
export function readAddress(typed: string): Address | null {
  const text = typed.trim().replace(/^[^\s/]*@/, "");
  const url = text.length > longestChars || /\s/.test(text) ? null : toUrl(text);
  const host = url === null ? "" : bareHost(url);
  if (url === null || host === "") return null;
  url.username = "";
  url.password = "";
  const whole = text.includes("://") || url.port !== "" || url.pathname !== "/" || url.search !== "";
  return { host, url: whole ? url.href : null, domain: domainOf(host) };
}

/** A name alone is meant as its secure page. */
function toUrl(text: string): URL | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (text === "" || (scheme !== undefined && scheme !== "http" && scheme !== "https")) return null;
  const written = scheme !== undefined ? text : isIP(text) === 6 ? `https://[${text}]` : `https://${text}`;
  return URL.canParse(written) ? new URL(written) : null;
}

function domainOf(host: string): string | null {
  const labels = host.split(".");
  if (isIP(host) !== 0 || labels.length < 2 || /\.(?:local|localhost|internal|lan|home\.arpa|test)$/.test(host))
    return null;
  return labels.slice(secondLevel.test(labels.slice(-2).join(".")) ? -3 : -2).join(".");
}
