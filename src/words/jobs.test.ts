import assert from "node:assert/strict";
import { test } from "node:test";
import type { Signal } from "../kernel/model/signal.ts";
import { jobSentence, jobTroubleWord } from "./jobs.ts";
import { silenceText } from "./watch.ts";

const at = (hour: number, minute: number, day = 22): number => Date.UTC(2026, 10, day, hour - 9, minute);
const stamp = { atMs: 0, monotonicMs: 0, bootId: "b" };
const jobs = new Map([["batch", { key: "batch", name: "夜間バッチ", on: null, schedule: null, graceMs: 1 }]]);
const site = { jobs, timeZone: "Asia/Tokyo" };

function signal(facts: Signal["facts"]): Signal {
  const kind = facts["trouble"] === "failed" ? "failed" : "late";
  return {
    id: "1",
    kind,
    subject: "job:batch",
    checkId: null,
    severity: "warning",
    openedAt: stamp,
    startedAt: stamp,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts,
  };
}

const late = signal({ trouble: "late", expectedAtMs: at(3, 15), lateAtMs: at(3, 45), lastSuccessAtMs: at(3, 18, 21) });

test("a missing run says when it was due, until when it was waited for, and when it last worked", () => {
  const now = { nowMs: at(3, 46) };
  assert.equal(jobTroubleWord(late, "ja"), "未実行");
  assert.equal(
    jobSentence(late, site, { ...now, lang: "ja" }),
    "夜間バッチ 3:15 の予定が 3:45 を過ぎても来ていません(最後の成功 昨日3:18)",
  );
  assert.equal(
    jobSentence(late, site, { ...now, lang: "en" }),
    "夜間バッチ: due 03:15, none by 03:45 (last OK yesterday 03:18)",
  );
});

test("a failure says its code, a run without an end since when, and what never worked says so", () => {
  const failed = signal({ trouble: "failed", exitCode: 3, lastSuccessAtMs: null });
  const endless = signal({
    trouble: "unfinished",
    runningSinceMs: at(3, 15),
    graceMs: 1_800_000,
    lastSuccessAtMs: null,
  });
  const now = { nowMs: at(4, 0), lang: "ja" } as const;
  assert.equal(jobSentence(failed, site, now), "夜間バッチ が失敗しました(終了コード 3)(成功の報告はまだありません)");
  assert.match(jobSentence(endless, site, now), /^夜間バッチ 3:15 に始まり、30分たっても終わっていません/);
});

test("a silent hub is told in the reader's language, with the last word where there was one", () => {
  const facts = { site: "s", vantage: "office", timeZone: "Asia/Tokyo", nowMs: at(3, 5), silentMs: 300_000 };
  const ja = silenceText("silent", { ...facts, lang: "ja", heardAtMs: at(3, 0) });
  assert.match(
    ja.body,
    /koboshi 本体から5分連絡がありません。監視が止まっている可能性があります。\n最後の連絡: 2026年11月22日\(日\) 3:00 JST/,
  );
  const en = silenceText("heard", { ...facts, lang: "en", heardAtMs: null });
  assert.match(en.body, /^koboshi itself is heard again\. 03:00–03:05 \(5 min\)/);
});
