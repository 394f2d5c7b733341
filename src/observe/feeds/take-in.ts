import type { Stamp } from "../../kernel/clock.ts";
import type { FeedSpec, Site } from "../../kernel/model/site.ts";
import type { KeptNotice } from "../../kernel/ports-feeds.ts";
import type { Ledger, LedgerTx } from "../../storage/ledger/ledger.ts";
import type { FeedState, StoredNotice } from "../../storage/ledger/nouns/feeds.ts";
import { placed, versionOf } from "./draw-up.ts";
import type { SourceItem } from "./source.ts";

export interface TakeIn {
  readonly items: readonly SourceItem[];
  readonly spec: FeedSpec;
  readonly provider: string;
  readonly at: Stamp;
  readonly site: Site;
  /** how far the source was read, kept with what came of it */
  readonly state: FeedState;
}

/** A provider that rewrites a notice more often is a page with a clock on it. */
const mostVersions = 50;

/** Keeps new notices and new wordings of known ones, with their events, in one transaction. */
export async function takeIn(
  ledger: Ledger,
  input: TakeIn,
): Promise<{ notices: readonly KeptNotice[]; added: number }> {
  const wanted = input.items.filter((item) => isWanted(item, input.spec.match));
  return ledger.transaction(async (tx) => {
    const notices: KeptNotice[] = [];
    let added = 0;
    // feeds list the newest first; it gets the highest number
    for (const item of wanted.toReversed()) {
      const known = await tx.providerNoticeByGuid(input.provider, item.guid);
      const kept = known === null ? await insert(tx, item, input) : await rewrite(tx, item, { ...input, known });
      if (known === null) added += 1;
      if (kept !== null) notices.push(kept);
    }
    await tx.putFeedState(input.spec.key, input.state);
    return { notices, added };
  });
}

function isWanted({ title, text }: SourceItem, match: readonly string[]): boolean {
  if (match.length === 0) return true;
  const all = `${title}\n${text}`.normalize("NFKC").toLowerCase();
  return match.some((word) => all.includes(word.normalize("NFKC").toLowerCase()));
}

async function insert(tx: LedgerTx, item: SourceItem, { provider, spec, at, site }: TakeIn): Promise<KeptNotice> {
  const newest = versionOf({ item, number: 1, at, site });
  const notice = await tx.insertProviderNotice(
    {
      provider,
      feed: spec.key,
      guid: item.guid,
      firstSeenAt: at,
      versions: 1,
      newest,
      ...placed(newest, { provider, site, before: null }),
    },
    newest.text,
  );
  await tx.insertProviderNoticeVersion(notice.id, newest);
  await tx.append({
    kind: "provider-notice.received",
    actor: "koboshi",
    incidentId: null,
    data: {
      notice: notice.id,
      provider,
      title: newest.title,
      noticeKind: newest.read.kind,
      state: newest.read.state,
      asks: newest.read.questions.map(({ id }) => id),
    },
  });
  return notice;
}

/** @returns null when nothing of its words changed */
async function rewrite(
  tx: LedgerTx,
  item: SourceItem,
  { provider, spec, at, site, known }: TakeIn & { known: StoredNotice },
): Promise<KeptNotice | null> {
  const newest = versionOf({ item, number: known.versions + 1, at, site });
  const isSame = newest.text === known.newest.text && newest.read.state === known.newest.read.state;
  if (isSame || known.versions >= mostVersions) return null;
  const next: StoredNotice = {
    ...known,
    feed: spec.key,
    versions: newest.number,
    newest,
    ...placed(newest, { provider, site, before: known.proposal }),
  };
  await tx.updateProviderNotice(next, newest.text);
  await tx.insertProviderNoticeVersion(known.id, newest);
  await tx.append({
    kind: "provider-notice.changed",
    actor: "koboshi",
    incidentId: null,
    data: {
      notice: known.id,
      provider,
      title: newest.title,
      version: newest.number,
      state: newest.read.state,
      before: known.newest.read.state,
    },
  });
  return next;
}
