import type { FeedDesk } from "../../src/kernel/ports-feeds.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { err } from "../../src/kernel/result.ts";

/** Providers that tell nothing. */
export const noFeeds: FeedDesk = {
  feeds: () => [],
  notices: () => Promise.resolve([]),
  notice: () => Promise.resolve(null),
  current: () => [],
  confirm: ({ id }) => Promise.resolve(err(new KoboshiError("KB1002", { what: String(id) }))),
  reject: ({ id }) => Promise.resolve(err(new KoboshiError("KB1002", { what: String(id) }))),
};
