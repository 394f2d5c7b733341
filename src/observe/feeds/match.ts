import type { Host, Place, Site } from "../../kernel/model/site.ts";
import type { ProviderNotice } from "../../kernel/model/provider-notice.ts";
import type { NoticeMatch } from "../../kernel/ports-feeds.ts";

/** How much each sort of evidence says. Source: judged in the design of this part, highest first. */
const points = {
  address: 1,
  "provider-name": 0.95,
  pattern: 0.9,
  // what we call it may be what someone else's machine is called
  "own-name": 0.7,
  region: 0.6,
  all: 0.6,
  "provider-only": 0.3,
  "names-others": 0.05,
  "said-unaffected": 0.05,
} as const;
const accountBonus = 0.2;

export interface MatchInput {
  readonly provider: string;
  readonly site: Pick<Site, "places" | "hosts">;
  /** as it is kept */
  readonly text: string;
  readonly read: Pick<ProviderNotice, "hosts" | "exceptHosts">;
}

/** What of ours a notice is about, the surest first; empty: nothing of ours is at this provider. */
export function matchesOf(input: MatchInput): readonly NoticeMatch[] {
  const { site, provider } = input;
  const text = input.text.normalize("NFKC").toLowerCase();
  const places = [...site.places.values()].filter((place) => place.provider === provider);
  const found = places.flatMap((place) => {
    const hosts = [...site.hosts.values()].filter(({ at }) => at === place.key);
    const account = accountIn(place, text);
    const ofPlace = placeMatch(place, text);
    if (hosts.length === 0) return [withAccount({ target: `place:${place.key}`, ...ofPlace }, account)];
    return hosts.map((host) =>
      withAccount({ target: `host:${host.key}`, ...(hostMatch(host, text, input.read) ?? ofPlace) }, account),
    );
  });
  return found.toSorted((a, b) => b.points - a.points);
}

type Reason = Omit<NoticeMatch, "target">;

function hostMatch(host: Host, text: string, read: MatchInput["read"]): Reason | null {
  const names = [...host.providerNames, ...(host.address === null ? [] : [host.address])].map((name) =>
    name.toLowerCase(),
  );
  const excepted = read.exceptHosts.find((name) => names.some((own) => fits(name, own)));
  if (excepted !== undefined) return reason("said-unaffected", excepted);
  if (host.address !== null && holdsWord(text, host.address.toLowerCase())) return reason("address", host.address);
  const named = host.providerNames.find(
    (name) => holdsWord(text, name.toLowerCase()) || read.hosts.includes(name.toLowerCase()),
  );
  if (named !== undefined) return reason("provider-name", named);
  const pattern = read.hosts.find((name) => /[*?]/.test(name) && names.some((own) => fits(name, own)));
  if (pattern !== undefined) return reason("pattern", pattern);
  if (read.hosts.includes(host.key.toLowerCase())) return reason("own-name", host.key);
  const inRange = read.hosts.find(
    (name) => host.address !== null && name.includes("/") && inNetwork(host.address, name),
  );
  if (inRange !== undefined) return reason("pattern", inRange);
  const other = read.hosts.find((name) => host.providerNames.some((own) => shapeOf(own) === shapeOf(name)));
  return other === undefined ? null : reason("names-others", other);
}

function placeMatch(place: Place, text: string): Reason {
  if (place.region !== null && holdsWord(text, place.region.toLowerCase())) return reason("region", place.region);
  const all =
    /(?:全|すべての|全ての)(?:サービス|サーバ|お客様|リージョン|ゾーン)|all\s+(?:services|servers|customers|regions|hosts)/.exec(
      text,
    )?.[0];
  return all === undefined ? reason("provider-only", "") : reason("all", all);
}

function reason(why: keyof typeof points, words: string): Reason {
  return { why, words: words.slice(0, 200), points: points[why] };
}

function accountIn({ account }: Place, text: string): string | null {
  return account !== null && account.length >= 4 && holdsWord(text, account.toLowerCase()) ? account : null;
}

function withAccount(match: NoticeMatch, account: string | null): NoticeMatch {
  if (account === null || match.why === "names-others" || match.why === "said-unaffected") return match;
  return { ...match, points: Math.min(1, Math.round((match.points + accountBonus) * 100) / 100) };
}

/** `web1` is not in `web12`, and `203.0.113.1` not in `203.0.113.10`. */
function holdsWord(text: string, word: string): boolean {
  if (word.length < 2) return false;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? "";
    const after = text.slice(at + word.length, at + word.length + 2);
    if (!/[a-z0-9-]/.test(before) && !/^(?:[a-z0-9-]|\.[a-z0-9])/.test(after)) return true;
  }
  return false;
}

/** `?` is one character, `*` any number. */
function fits(pattern: string, name: string): boolean {
  const form = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", "[^.]{0,60}")
    .replaceAll("?", ".");
  return new RegExp(`^${form}$`).test(name);
}

function inNetwork(address: string, network: string): boolean {
  const [base = "", bits = "32"] = network.split("/");
  const [one, other] = [ipv4Number(address), ipv4Number(base)];
  const size = 2 ** (32 - Number(bits));
  return one !== null && other !== null && Math.floor(one / size) === Math.floor(other / size);
}

function ipv4Number(text: string): number | null {
  const parts = text.split(".").map(Number);
  const isAddress = parts.length === 4 && parts.every((part) => part >= 0 && part <= 255);
  return isAddress ? parts.reduce((sum, part) => sum * 256 + part, 0) : null;
}

/** Names of one naming pattern differ in their numbers only. */
function shapeOf(name: string): string {
  return name.toLowerCase().replaceAll(/\d+/g, "#");
}
