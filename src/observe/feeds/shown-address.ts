import type { FeedSpec } from "../../kernel/model/site.ts";

/** Where a source is, without user, password and query, which may carry a key. */
export function shownAddress({ url: written }: FeedSpec): string {
  if (!URL.canParse(written)) return "—";
  const url = new URL(written);
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}
