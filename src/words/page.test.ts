import assert from "node:assert/strict";
import { test } from "node:test";
import { nextSentence, stillNotice } from "./customer.ts";
import { publishReason } from "./page.ts";

const sinceMs = Date.UTC(2026, 10, 21, 17, 11);
const atMs = Date.UTC(2026, 10, 21, 18, 0);

test("why a place refused is said with how to mend it, in both languages", () => {
  const reason = "host-key-unknown: SHA256:abc+/";
  assert.match(publishReason(reason, "ja"), /host_key: "SHA256:abc\+\/" と書いてください/);
  assert.match(publishReason(reason, "en"), /write host_key: "SHA256:abc\+\/" into hosts\.NAME/);
  assert.match(
    publishReason("connection-failed: connect ECONNREFUSED 127.0.0.1:1", "ja"),
    /ECONNREFUSED 127\.0\.0\.1:1/,
  );
  assert.equal(publishReason("EIO: i/o error", "ja"), "EIO: i/o error");
  assert.match(publishReason("KB6001 differs: index.html", "en"), /^index\.html was changed into something else/);
  assert.equal(publishReason("constructor", "en"), "constructor");
});

test("times are said as in a letter", () => {
  const to = { zone: "Asia/Tokyo", lang: "ja" } as const;
  assert.equal(nextSentence(atMs, to), "次のお知らせは3時ごろいたします。");
  assert.equal(nextSentence(atMs + 90_000, { ...to, lang: "en" }), "Next news about 03:01 JST.");
  assert.match(stillNotice({ now: "down", names: ["店"], sinceMs, atMs: atMs + 300_000 }, to), /^3時5分現在も、/);
});
