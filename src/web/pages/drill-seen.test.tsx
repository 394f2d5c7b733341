import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrillSeen } from "../../kernel/model/recovery.ts";
import { htmlFragment } from "../../render/html.ts";
import { troubleText } from "../../words/recovery-drill.ts";
import type { PageContext } from "../context.ts";
import { Seen } from "./drill-seen.tsx";

const seen: DrillSeen = {
  started: [{ name: "shop.service", state: "failed", text: "exit 1: <b>no key</b>" }],
  checks: [
    { name: "www", target: "https://shop.example.jp/", outcome: "down", text: "refused: nothing listens at 443" },
    { name: "mx", target: "example.jp", outcome: "not-asked", text: "" },
  ],
  blocked: [{ address: "203.0.113.50", protocol: "tcp", port: 443 }],
  mails: 2,
  wipe: { atMs: 0, files: 12, bytes: 4_096, clean: true },
};

function shown(lang: "ja" | "en", change: Partial<DrillSeen> = {}): string {
  const context = { lang } as PageContext;
  return htmlFragment(<Seen context={context} seen={{ ...seen, ...change }} folder="/var/lib/koboshi-drill/d1" />);
}

test("the page of a drill has what was started with its last words, what answered, and that nothing is left", () => {
  const english = shown("en");
  assert.match(english, /shop\.service.*did not start.*exit 1: &lt;b>no key/s);
  assert.match(english, /www.*did not answer.*nothing listens at 443/s);
  assert.match(english, /mx.*cannot be asked in the isolated place/s);
  assert.match(english, /1 connections? .*203\.0\.113\.50:443.*2 mails.*12 restored files are wiped/s);
  assert.match(shown("ja"), /起動できませんでした.*応答しません.*遮断しました.*消去し/s);
});

test("a drill that started nothing says so, and one that left something says where", () => {
  const wipe = { atMs: 0, files: 1, bytes: 1, clean: false };
  assert.match(shown("en", { started: [], checks: [], wipe }), /was not started.*\/var\/lib\/koboshi-drill\/d1/s);
});

test("why a drill failed is said in words, with what the program said", () => {
  assert.match(
    troubleText({ code: "smoke", text: "exit 1" }, "en"),
    /restore is complete, but .* does not work: exit 1/,
  );
  assert.match(troubleText({ code: "smoke", text: "exit 1" }, "ja"), /復元は済みましたが、.*exit 1/);
  assert.match(troubleText({ code: "system", text: "overlay" }, "en"), /laid over the system \(overlay\)/);
  assert.equal(troubleText({ code: "rows-differ", text: "orders: 1 / 2" }, "ja"), "orders: 1 / 2");
});
