import assert from "node:assert/strict";
import { test } from "node:test";
import { eventKinds, type NewEvent } from "../kernel/event.ts";
import type { Person, Service } from "../kernel/model/site.ts";
import { attentionCodes, attentionFix, attentionText } from "./attention.ts";
import { actorName, timelineText } from "./timeline.ts";

const sato: Person = { key: "sato", name: "佐藤", mail: null, phone: null, lang: "ja" };
const shop: Service = { key: "shop", name: "ネットショップ", on: null, needs: [], priority: 2 };
const site = { people: new Map([["sato", sato]]), services: new Map([["shop", shop]]) };

function told(kind: NewEvent["kind"], data: NewEvent["data"], actor: NewEvent["actor"] = "koboshi"): string[] {
  return (["ja", "en"] as const).map((lang) => timelineText({ kind, actor, data }, site, lang));
}

test("every kind of event has a sentence in both languages, whatever facts are missing", () => {
  for (const kind of eventKinds) {
    for (const text of told(kind, {})) assert.ok(text.length > 1 && !/undefined|null|\[object/.test(text), kind);
  }
});

test("sentences name who did what to whom", () => {
  assert.deepEqual(told("incident.noted", { text: "空けた" }, "person:sato"), ["佐藤さん: 空けた", "佐藤: 空けた"]);
  assert.deepEqual(told("incident.acknowledged", { by: "sato" }), ["佐藤さんが対応を始めました", "佐藤 took it"]);
  assert.deepEqual(told("incident.opened", { subject: "service:shop", severity: "critical" }), [
    "障害として記録しました: ネットショップ(重大)",
    "Opened as an incident: ネットショップ (Critical)",
  ]);
  assert.deepEqual(told("signal.opened", { signal: { subject: "service:shop", error: { text: "refused" } } }), [
    "ネットショップの異常を確認しました(refused)",
    "A fault of ネットショップ was confirmed (refused)",
  ]);
  assert.deepEqual(told("notice.sent", { recipient: "*", channel: "hook" }), [
    "登録先に連絡しました(hook)",
    "Told the receivers (hook)",
  ]);
});

test("an end says how it came", () => {
  assert.equal(told("incident.resolved", { by: "auto" })[1], "The recovery was confirmed");
  assert.equal(told("incident.resolved", { mergedInto: 7 })[0], "障害 #7 にまとめました");
  assert.equal(
    told("incident.resolved", { falseAlarm: true, reason: "" }, "person:sato")[0],
    "佐藤さんが誤報として終わらせました",
  );
  assert.equal(told("incident.resolved", { reason: "moved" }, "person:sato")[1], "佐藤 resolved it (moved)");
});

test("actors are named the way people speak", () => {
  const names = [
    "person:sato",
    "sato",
    "person:admin",
    "token:cli",
    "token:bot",
    "vantage:office",
    "koboshi",
    "personx",
  ];
  assert.deepEqual(
    names.map((actor) => actorName(site, actor, "en")),
    [
      "佐藤",
      "佐藤",
      "the administrator",
      "someone at the command line",
      "API token bot",
      "vantage office",
      "koboshi",
      "personx",
    ],
  );
});

test("every attention says what it is and what to do, and an unknown one its facts", () => {
  for (const code of attentionCodes) {
    for (const lang of ["ja", "en"] as const) {
      const attention = { code, level: "warning", facts: {} } as const;
      assert.ok(attentionText(attention, lang).length > 5 && attentionFix(attention, lang).length > 5, code);
    }
  }
  assert.equal(attentionText({ code: "new", level: "info", facts: { a: 1, b: "x" } }, "ja"), "new (a 1, b x)");
});
