import type { AttemptLimits } from "../../clients/attempt.ts";
import { fetchFeed, type FeedMark } from "../../clients/feed.ts";
import { selectParts } from "../../clients/page-select.ts";
import { safeText } from "../../clients/safe-text.ts";
import type { FeedTrouble } from "../../kernel/ports-feeds.ts";
import type { FeedSpec } from "../../kernel/model/site.ts";
import type { ProviderNotice } from "../../kernel/model/provider-notice.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { feedItems, webLink, type FeedItem } from "../../readers/notices/feed-items.ts";
import { htmlLines } from "../../readers/notices/plain-text.ts";
import { statuspageItems } from "../../readers/notices/statuspage.ts";
import type { FeedState } from "../../storage/ledger/nouns/feeds.ts";
import { readMailbox } from "./mailbox.ts";

/** What a source gave. */
export interface Gathered {
  readonly items: readonly SourceItem[];
  readonly marks: FeedState["marks"];
  readonly mail: FeedState["mail"];
  /** it was read, but something is not as it was */
  readonly remark: FeedTrouble | null;
}

export type SourceItem = FeedItem & {
  readonly stated?: Pick<ProviderNotice, "kind" | "state" | "windows" | "services">;
};

/** What is read of one answer; a feed that is longer has its newest notices in front. */
const maxBytes = 2_000_000;

export interface ReadSource {
  readonly limits: AttemptLimits;
  readonly spec: FeedSpec;
  readonly state: FeedState | null;
}

/** Reads one source once. Bad news of any kind is a value, and of this source alone. */
export async function readSource({ limits, spec, state }: ReadSource): Promise<Result<Gathered, FeedTrouble>> {
  if (spec.kind === "imap") return readMailbox({ limits, spec, before: state?.mail ?? null });
  const marks: Record<string, FeedMark> = {};
  const items: SourceItem[] = [];
  let remark: FeedTrouble | null = null;
  for (const url of addressesOf(spec)) {
    const fetched = await fetchFeed(limits, { url, mark: state?.marks[url] ?? null, maxBytes });
    if (!fetched.ok) return err({ code: fetched.error.code, text: safeText(fetched.error.text, []) });
    const { text, mark, truncated } = fetched.value;
    marks[url] = mark;
    if (text === null) continue;
    const found = itemsOf(spec, { text, url: fetched.value.url });
    if (!found.ok) return found;
    items.push(...found.value);
    if (truncated) remark = { code: "too-long", text: `${maxBytes} bytes were read` };
  }
  return ok({ items, marks, mail: null, remark });
}

/** A Statuspage's root answers in two parts; an address that ends in .json is taken as it is. */
function addressesOf(spec: Exclude<FeedSpec, { kind: "imap" }>): readonly string[] {
  if (spec.kind !== "statuspage" || /\.json(?:\?|$)/.test(spec.url)) return [spec.url];
  const root = spec.url.replace(/\/+$/, "");
  return [`${root}/api/v2/incidents.json`, `${root}/api/v2/scheduled-maintenances.json`];
}

function itemsOf(
  spec: Exclude<FeedSpec, { kind: "imap" }>,
  { text, url }: { text: string; url: string },
): Result<readonly SourceItem[], FeedTrouble> {
  if (spec.kind === "statuspage") {
    const items = statuspageItems(text);
    return items === null ? err({ code: "not-statuspage", text: text.slice(0, 100) }) : ok(items);
  }
  if (spec.kind === "feed") {
    const items = feedItems(text);
    return items === null ? err({ code: "not-a-feed", text: safeText(text.slice(0, 100), []) }) : ok(items);
  }
  const select = spec.kind === "page" ? spec.select : null;
  const parts = selectParts(text, select);
  if (!parts.ok) return err({ code: parts.error, text: select ?? "" });
  return ok(parts.value.map(({ html, href }) => pageItem({ html, link: webLink(href, url), url })));
}

/** A part of a page is known again by its link, else by its first line without its numbers' edits. */
function pageItem({ html, link, url }: { html: string; link: string | null; url: string }): SourceItem {
  const text = htmlLines(html);
  const title = text.split("\n").find((line) => line.trim() !== "") ?? "";
  return {
    guid: (link ?? `${url}#${title}`).slice(0, 500),
    title: title.slice(0, 200),
    text,
    link: link ?? webLink(url),
    publishedAtMs: null,
  };
}
