import assert from "node:assert/strict";
import { test } from "node:test";
import { langs } from "../kernel/lang.ts";
import { aftercareResults, type AftercareFinding } from "../kernel/model/aftercare.ts";
import { aftercareLine, aftercareResultWord, aftercareSaid } from "./aftercare.ts";
import { hostChecks } from "./aftercare-host.ts";
import { serviceChecks } from "./aftercare-services.ts";

const stamp = { atMs: Date.UTC(2026, 10, 25, 19, 30), monotonicMs: 1, bootId: "b" };
const checks = Object.keys({ ...hostChecks, ...serviceChecks });

function finding(change: Partial<AftercareFinding>): AftercareFinding {
  return {
    windowId: 7,
    host: "web1",
    check: "units-running",
    weight: "critical",
    at: stamp,
    comparedSince: stamp,
    blockedBy: [],
    result: "fail",
    facts: { count: 5 },
    items: ["a", "b", "c", "d", "e"],
    repairs: [],
    ...change,
  };
}

test("every check says every result in both languages, each in its own words", () => {
  for (const check of checks) {
    for (const result of aftercareResults) {
      const said = langs.map((lang) => {
        const words = aftercareSaid(finding({ check, result, blockedBy: ["mounts"] }), {
          timeZone: "Asia/Tokyo",
          lang,
        });
        for (const text of [...Object.values(words), aftercareResultWord(result, lang)]) {
          assert.match(text, /\S/, `${check} ${result} ${lang}`);
          assert.doesNotMatch(text, /undefined|NaN|\[object/, `${check} ${result} ${lang}`);
        }
        return words.found;
      });
      assert.notEqual(said[0], said[1], `${check} ${result}`);
    }
  }
});

test("three things are named, and how many there are besides", () => {
  const [ja, en] = langs.map((lang) => aftercareSaid(finding({}), { timeZone: "Asia/Tokyo", lang }).found);
  assert.equal(ja, "止まっています: a、b、c ほか2件");
  assert.equal(en, "stopped: a, b, c and 2 more");
});

test("what was not seen is never called as before", () => {
  const unseen = finding({ result: "unobserved", facts: { why: "needs-root", count: 0 }, items: [] });
  const how = { timeZone: "Asia/Tokyo", lang: "ja" } as const;
  assert.equal(aftercareSaid(unseen, how).found, "読む権限がありません。前と同じとは言えません");
  assert.equal(
    aftercareLine("web1", [unseen], how),
    "◆保守後の確認 web1: サービスの稼働が見えません。確かめてください",
  );
});
