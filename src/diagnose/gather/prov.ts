import { stampNow } from "../../kernel/clock.ts";
import { componentId, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { KeptNotice, ProviderAnnouncement } from "../../kernel/ports-feeds.ts";
import type { Entry } from "../evidence/books.ts";
import { pvFeed } from "../evidence/pv-feed.ts";
import { pvNotice } from "../evidence/pv-notice.ts";
import { vpPanel } from "../evidence/vp-panel.ts";
import { mostProviders } from "./controls.ts";
import { together, type Gathered, type Gatherer } from "./gatherer.ts";
import { noted, orAborted, within } from "./noted.ts";
import { names } from "./notes.ts";
import { nearest, type Situation } from "./situation.ts";

const panelMs = 5_000;
const freshMs = 4_000;
const contractMs = 60 * 86_400_000;
const contractWords =
  /未払|未入金|未納|お支払い?|滞納|利用停止|利用制限|凍結|解約|失効|有効期限|契約更新|更新手続|請求|overdue|unpaid|payment (?:failed|due|declined)|suspen|terminat|renew|expir|past due/i;
/** From this much certainty on, a notice is about our machines. */
const oursFrom = 0.5;

/** The provider's word: faults it announces, letters about the contract, and whether its console opens. */
export function createProviderGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "prov",
    bundle: "prov",
    offers: (situation) =>
      nearest(situation, "provider", mostProviders).flatMap((key) => {
        const target = componentId("provider", key);
        const hasFeed = sources.feeds().some(({ provider }) => provider === key);
        const tells = [
          ...(hasFeed ? [{ evidence: pvFeed.id, target, vantage: null }] : []),
          ...(hasFeed
            ? contracts(key, situation).map((id) => ({ evidence: pvNotice.id, target: id, vantage: null }))
            : []),
          ...(situation.site.providers.get(key)?.support.console == null
            ? []
            : [{ evidence: vpPanel.id, target, vantage: "here" }]),
        ];
        return tells.length === 0 ? [] : [{ bundle: "prov" as const, target, tells, expectedSeconds: 2 }];
      }),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve({ seen: [], missing: [] })
        : look(sources, { key: nameOf(offer.target), situation, signal }),
  };
}

interface Look {
  readonly key: string;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: DiagnosisSources, asked: Look): Promise<Gathered> {
  const { key, situation } = asked;
  const target = componentId("provider", key);
  const at = stampNow(sources.clock);
  const [panel] = await Promise.all([panelOf(sources, asked), freshened(sources, asked)]);
  const notices = await sources.notices();
  const sourcesOfKey = sources.feeds().filter(({ provider }) => provider === key);
  const faults = faultsOf(sources.announcements(), asked);
  const isRead = sourcesOfKey.some(({ state }) => state === "ok" || state === "warning");
  return together([
    panel,
    noted(
      { evidence: pvFeed.id, target, vantage: null, at },
      pvFeed.read({ ...faults, sources: sourcesOfKey.map(({ state }) => state) }),
    ),
    ...contracts(key, situation).map((id) => {
      const entries = lettersOf(notices, { key, id, nowMs: situation.nowMs });
      return noted(
        { evidence: pvNotice.id, target: id, vantage: null, at },
        pvNotice.read({ entries, isKept: isRead }),
      );
    }),
  ]);
}

/** What a provider has just put up is seen, too, unless its page is slow: then what was read last stands. */
async function freshened(sources: DiagnosisSources, { key, signal }: Look): Promise<void> {
  const limit = within(sources.clock, signal, freshMs);
  try {
    await orAborted(sources.readFeeds(key), limit.signal, undefined);
  } finally {
    limit.end();
  }
}

async function panelOf(sources: DiagnosisSources, { key, situation, signal }: Look): Promise<Gathered> {
  const http = situation.site.providers.get(key)?.support.console ?? null;
  const about = {
    evidence: vpPanel.id,
    target: componentId("provider", key),
    vantage: "here",
    at: stampNow(sources.clock),
  };
  if (http === null) return noted(about, "not-configured");
  const result = await orAborted(
    sources.look("here", { kind: "http", keys: { http }, timeoutMs: panelMs }),
    signal,
    null,
  );
  return noted(about, result === null ? "timeout" : vpPanel.read({ kind: "http", result }));
}

/** Faults under way that the provider tells of; planned work is another matter. */
function faultsOf(
  announced: readonly ProviderAnnouncement[],
  { key, situation }: Look,
): { readonly ours: readonly Entry[]; readonly others: readonly Entry[] } {
  const faults = announced.filter(
    ({ provider, kind, phase }) =>
      provider === key && phase === "ongoing" && (kind === "outage" || kind === "degraded"),
  );
  const isOurs = ({ hosts }: ProviderAnnouncement): boolean =>
    hosts.some(({ host, confidence }) => confidence >= oursFrom && situation.site.hosts.has(host));
  const entryOf = ({ title, startMs }: ProviderAnnouncement): Entry => ({
    text: title,
    atMs: startMs ?? situation.nowMs,
  });
  return {
    ours: faults.filter(isOurs).map(entryOf),
    others: faults.filter((one) => !isOurs(one)).map(entryOf),
  };
}

/** What a contract with this provider is about: accounts of places there, and domains. */
function contracts(key: string, { site, near }: Situation): readonly ComponentId[] {
  const accounts = [...site.places.values()].flatMap(({ provider, account }) =>
    provider === key && account !== null ? [componentId("account", account)] : [],
  );
  return [...new Set([...accounts, ...near.filter((id) => id.startsWith("domain:"))])];
}

interface Letters {
  readonly key: string;
  readonly id: ComponentId;
  readonly nowMs: number;
}

/** Letters about money and terms; one that names a domain is about that domain and not about the account. */
function lettersOf(notices: readonly KeptNotice[], { key, id, nowMs }: Letters): readonly Entry[] {
  const isDomain = id.startsWith("domain:");
  return notices
    .filter(({ provider, newest }) => provider === key && nowMs - newest.receivedAt.atMs < contractMs)
    .filter(({ newest }) => contractWords.test(`${newest.title}\n${newest.text}`))
    .filter(({ newest }) => {
      const text = `${newest.title}\n${newest.text}`;
      return isDomain ? names(text, nameOf(id)) : !/ドメイン|\bdomain\b/i.test(text);
    })
    .map(({ newest }) => ({ text: newest.title, atMs: newest.receivedAt.atMs }));
}
