import assert from "node:assert/strict";
import { test } from "node:test";
import { langs } from "../kernel/lang.ts";
import type { ScopeVerdict } from "../kernel/model/scope.ts";
import { stopKeys } from "./layer-words.ts";
import { layerLine, reasonLine, scopeLine } from "./scope.ts";

const nobody: ScopeVerdict = { id: "none", reach: "nobody", failingFrom: [], workingFrom: [], reasons: [] };
const ja: Readonly<Record<string, string>> = { tokyo: "東京", osaka: "大阪", office: "事務所", here: "監視サーバ" };
const en: Readonly<Record<string, string>> = {
  tokyo: "Tokyo",
  osaka: "Osaka",
  office: "the office",
  here: "the monitoring server",
};

function lines(verdict: Partial<ScopeVerdict>): readonly [string, string] {
  const whole = { ...nobody, ...verdict };
  return [scopeLine(whole, (name) => ja[name] ?? name, "ja"), scopeLine(whole, (name) => en[name] ?? name, "en")];
}

function because(...codes: readonly string[]): ScopeVerdict["reasons"] {
  return codes.map((code) => ({ code, facts: {} }));
}

test("three vantages agree", () => {
  const verdict = {
    id: "service",
    reach: "everyone",
    failingFrom: ["tokyo", "osaka", "office"],
    reasons: because("all-vantages-fail", "neighbour-up"),
  } as const;
  assert.deepEqual(lines(verdict), [
    "東京・大阪・事務所の3か所すべてで確認(こちらの回線の問題ではありません)",
    "Confirmed from Tokyo, Osaka and the office: not your own line",
  ]);
  assert.deepEqual(lines({ ...verdict, id: "host" }), [
    "東京・大阪・事務所の3か所すべてで確認(こちらの回線の問題ではありません)。サーバ全体が応答していません",
    "Confirmed from Tokyo, Osaka and the office: not your own line. The whole server does not answer",
  ]);
});

test("one vantage says what it knows and what it does not", () => {
  const verdict = { id: "service", reach: "everyone", failingFrom: ["here"] } as const;
  assert.deepEqual(lines({ ...verdict, reasons: because("one-vantage-only", "target-answered") }), [
    "監視サーバから確認(相手が応答しているので、こちらの回線の問題ではありません)",
    "Confirmed from the monitoring server: the target itself answers, so it is not your own line",
  ]);
  assert.deepEqual(lines({ ...verdict, reach: "some-paths", reasons: because("one-vantage-only") }), [
    "監視サーバだけで確認(こちらの回線の問題かもしれません)",
    "Seen from the monitoring server alone: your own line cannot be ruled out",
  ]);
});

test("what only some see, what only we see, and our own blindness", () => {
  const path = { id: "path", reach: "some-paths", failingFrom: ["office"], workingFrom: ["tokyo", "osaka"] } as const;
  assert.deepEqual(lines(path), [
    "事務所からだけ使えません(東京・大阪からは使えています)。途中の経路の問題と見られます",
    "Fails from the office alone, works from Tokyo and Osaka: most likely the way there",
  ]);
  assert.match(lines({ ...path, id: "local-lan" })[0], /社内LANだけの問題/);
  assert.match(lines({ ...path, id: "only-me" })[1], /^Only the office itself/);
  assert.match(lines({ id: "monitor", failingFrom: ["here"] })[0], /^監視サーバから何も見えません/);
  assert.match(
    lines({ id: "name", failingFrom: ["tokyo"], reasons: because("certificate") })[0],
    /今はまだ使えています.*証明書/,
  );
  assert.deepEqual(lines({}), ["どこからも正常に見えています", "Seen working from everywhere"]);
});

test("where it stopped, in plain words", () => {
  const refused = { code: "refused", text: "connect ECONNREFUSED 203.0.113.10:443" };
  assert.equal(
    layerLine("connect", refused, "ja"),
    "ポート443に接続できません(接続を拒否されました)。OSは応答しています",
  );
  assert.equal(
    layerLine("connect", { code: "refused", text: "connect ECONNREFUSED ::1:25" }, "en"),
    "No connection to port 25: refused. Its operating system does answer",
  );
  assert.equal(
    layerLine("connect", { code: "timeout", text: "no answer within 10000 ms" }, "en").includes("to the server"),
    true,
  );
  const status = { code: "status", text: "503 Service Unavailable, expected 200" };
  assert.equal(layerLine("application", status, "ja"), "サーバが 503 を返しています");
  assert.equal(layerLine("dns", { code: "name-not-found", text: "" }, "en").startsWith("The name is not found"), true);
  assert.equal(layerLine("tls", { code: "brand-new", text: "" }, "ja"), "暗号化された通信を始められません(brand-new)");
  assert.equal(layerLine("connect", null, "en"), "No connection to the server");
  assert.equal(layerLine(null, null, "en"), "");
});

test("both languages know the same stops and say something of every one", () => {
  assert.deepEqual(stopKeys("ja").toSorted(), stopKeys("en").toSorted());
  for (const lang of langs)
    for (const key of stopKeys(lang)) {
      const [layer, code] = key.split("/") as ["dns", string];
      assert.ok(layerLine(layer, { code, text: "" }, lang).length > 5, key);
    }
});

test("reasons name services and vantages as people do; an unknown code is shown as it is", () => {
  const site = {
    services: new Map([["mail", { key: "mail", name: "メール", on: null, needs: [], priority: 2 }]]),
    people: new Map(),
  };
  const reason = { code: "neighbour-up", facts: { host: "web1", services: ["mail"] } };
  assert.equal(reasonLine(reason, site, "ja"), "同じサーバ web1 のメールは動いています");
  const all = { code: "all-vantages-fail", facts: { vantages: ["here", "office"] } };
  assert.equal(reasonLine(all, site, "ja"), "監視サーバ・officeの2か所すべてで確認しました");
  assert.equal(reasonLine({ code: "of-tomorrow", facts: {} }, site, "en"), "of-tomorrow");
});
