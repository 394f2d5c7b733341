import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../lines/requests.ts";
import { apUrl } from "./ap-url.ts";
import { isMissing } from "./evidence.ts";

/** `seconds` of so many requests to a page, a second apart, from `fromMs` on. */
function asked(url: string, count: number, { seconds, fromMs = 0 }: { seconds: number; fromMs?: number }): Request[] {
  return Array.from({ length: count }, (_, index) => ({
    atMs: fromMs + index * 1_000,
    source: "web1:/var/log/apache2/access.log",
    client: "192.0.2.1",
    url,
    status: 200,
    seconds,
    agent: null,
  }));
}

function stateOf(requests: readonly Request[], usual: readonly Request[] = []): string {
  const found = apUrl.read({ requests, usual });
  return isMissing(found) ? found : found.state;
}

const healthy = [
  ...asked("/app/items", 60, { seconds: 0.02 }),
  ...asked("/app/item/7", 30, { seconds: 0.02 }),
  ...asked("/", 60, { seconds: 0.01 }),
];

test("one page that is slow while the others of the program are not", () => {
  const now = [
    ...asked("/app/quote", 8, { seconds: 12 }),
    ...asked("/app/items", 20, { seconds: 0.02 }),
    ...asked("/", 20, { seconds: 0.01 }),
  ];
  assert.equal(stateOf(now, healthy), "yes");
  assert.equal(stateOf(now), "yes");
});

test("a program whose every page is slow has no page of its own to blame, though the rest of the site is well", () => {
  const now = [
    ...asked("/app/items", 14, { seconds: 4 }),
    ...asked("/app/item/7", 9, { seconds: 4 }),
    ...asked("/app/search", 4, { seconds: 4 }),
    ...asked("/", 40, { seconds: 0.01 }),
  ];
  assert.equal(stateOf(now, healthy), "no");
});

test("the others may be as slow: then it is none of the pages", () => {
  const now = [
    ...asked("/app/a", 40, { seconds: 5 }),
    ...asked("/app/b", 4, { seconds: 5 }),
    ...asked("/app/c", 4, { seconds: 5 }),
  ];
  assert.equal(stateOf(now), "no");
});

test("too few failures, none, and nothing asked at all", () => {
  assert.equal(stateOf(asked("/app/quote", 3, { seconds: 12 }), healthy), "not-configured");
  assert.equal(stateOf(healthy), "no");
  assert.equal(stateOf([]), "not-configured");
});
