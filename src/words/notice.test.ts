import assert from "node:assert/strict";
import { test } from "node:test";
import { later, stampNow } from "../kernel/clock.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { NoticeKind, NoticeSnapshot } from "../kernel/model/notice.ts";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { mailBy, noticeSite, refusedSignal, shopDown, step, webhookTo } from "../../test/doubles/notice-site.ts";
import { mailColumns } from "./fit.ts";
import { noticeText } from "./notice.ts";
import type { NoticeFacts } from "./notice-blocks.ts";

const clock = createFakeClock(Date.UTC(2026, 10, 21, 17, 15));
const now = stampNow(clock);
const steps = [
  step({ tell: "yamada", by: ["mail", "hook"] }),
  step({ afterMs: 900_000, tell: "sato", by: ["call", "mail"] }),
];
const site = noticeSite({ channels: [mailBy(25), webhookTo(80)], steps });

function facts(kind: NoticeKind, incident: Partial<Incident> = {}, given: Partial<NoticeFacts> = {}): NoticeFacts {
  const snapshot: NoticeSnapshot = {
    kind,
    incident: { ...shopDown(clock), id: 241, ...incident },
    signals: [refusedSignal(clock, 241)],
    working: ["mail"],
    next: [{ at: later(now, 900_000), tell: "sato", by: ["call", "mail"] }],
    by: null,
    notes: [],
    page: { at: later(now, 2_000), verified: true },
    at: now,
  };
  const ack = { by: "link", url: "https://koboshi.example.jp/i/241/ack?k=T" } as const;
  return { snapshot, site, lang: "ja", ack, reader: "yamada", insteadOf: null, ...given };
}

const ended: Partial<Incident> = { state: "resolved", resolvedAt: later(now, 2_580_000), resolvedBy: "auto" };
const taken: Partial<Incident> = { acknowledgedAt: now, acknowledgedBy: "yamada", assignedTo: "yamada" };

const slow: Incident["scope"] = { id: "service", reach: "nobody", failingFrom: ["here"], workingFrom: [], reasons: [] };

test("the subject says the state first, then what, since when, and the number", () => {
  const subjects: [NoticeKind, Partial<Incident>, string, string][] = [
    ["opened", {}, "■障害 ネットショップが止まっています(2:12から)#241", "■DOWN ネットショップ since 02:12 #241"],
    ["opened", { severity: "warning" }, "▲注意 ネットショップが止まっています(2:12から)#241", ""],
    ["opened", { severity: "warning", scope: slow }, "▲注意 ネットショップに注意が必要です(2:12から)#241", ""],
    ["acknowledged", taken, "■対応中 ネットショップ 担当: 山田 #241", "■TAKEN ネットショップ, 山田 on it #241"],
    [
      "resolved",
      ended,
      "●復旧 ネットショップ 2:12–2:58(46分)#241",
      "●RESOLVED ネットショップ 02:12–02:58 (46 min) #241",
    ],
    ["resolved", { ...ended, resolvedBy: "sato" }, "●終了 ネットショップ 2:12–2:58(46分)#241", ""],
    ["resolved", { ...ended, state: "false-alarm" }, "●誤報 ネットショップ 2:12–2:58(46分)#241", ""],
    [
      "still-down",
      taken,
      "■継続 ネットショップ 3分 担当: 山田 #241",
      "■STILL DOWN ネットショップ 3 min, 山田 on it #241",
    ],
    ["unstable", { flapping: true }, "▲不安定 ネットショップ 止まっては戻っています #241", ""],
    ["escalated", {}, "■未対応0秒 ネットショップが止まっています(2:12から)#241", ""],
  ];
  for (const [kind, incident, ja, en] of subjects) {
    assert.equal(noticeText(facts(kind, incident)).subject, ja);
    if (en !== "") assert.equal(noticeText(facts(kind, incident, { lang: "en" })).subject, en);
  }
});

test("a host's incident names the jobs that did not run on it, with the host before them", () => {
  const batch = { key: "batch", name: "夜間バッチ", on: "web1", schedule: null, graceMs: 0 };
  const [expectedAtMs, lateAtMs] = [Date.UTC(2026, 10, 21, 16, 15), Date.UTC(2026, 10, 21, 16, 45)];
  const late = {
    ...refusedSignal(clock, 241),
    ...({ kind: "late", subject: "job:batch", severity: "warning", checkId: null, layer: null, error: null } as const),
    facts: { trouble: "late", expectedAtMs, lateAtMs },
  };
  const host: Partial<Incident> = { subject: "host:web1", services: [], affected: [], severity: "warning" };
  const given = facts("opened", host, { site: { ...site, jobs: new Map([["batch", batch]]) } });
  const { subject, body } = noticeText({ ...given, snapshot: { ...given.snapshot, signals: [late] } });
  assert.match(subject, /^▲注意 web1: 夜間バッチ 1:15 の予定/);
  assert.match(body, /・web1: 夜間バッチ 1:15 の予定が 1:45 を過ぎても来ていません/);
});

test("a long name is cut so that time and number stay inside 30 full-width characters", () => {
  const shop = {
    key: "shop",
    name: "とても長い名前のついた会員専用予約受付システム",
    on: null,
    needs: [],
    priority: 2,
  };
  const long = { ...site, services: new Map([["shop", shop]]) };
  const { subject } = noticeText(facts("opened", {}, { site: long }));
  assert.match(subject, /^■障害 とても.*…\(2:12から\)#241$/);
  assert.ok(mailColumns(subject) <= 60, subject);
});

test("the first mail in Japanese says everything in order", () => {
  const { body } = noticeText(facts("opened"));
  const order = [
    "ネットショップが止まっています。2:12 から 3分。",
    "メールは正常です。",
    "◆ 止まったところ",
    "https://www.example.jp/",
    "◆ 対応する方はここを押してください\nhttps://koboshi.example.jp/i/241/ack?k=T",
    "(開いた画面の「対応します」を押すまで何も起きません)",
    "対応がないとき: 2:30 にSatoさんへメール。",
    "お客様へ: 公開ページに掲載済みです(2:15 確認)。",
    "koboshi につながらないとき:\n  sakura-vps 06-0000-0000(契約 abc12345)\n  コンソール https://console.example.ne.jp/",
    "--\n2026年11月22日(日) 2:15 JST  koboshi@監視サーバ  重大度: 重大",
  ];
  let from = 0;
  for (const part of order) {
    const at = body.indexOf(part, from);
    assert.ok(at >= from, `missing or out of order: ${part}\n${body}`);
    from = at;
  }
  assert.doesNotMatch(body, /原因/); // none was found, so none is named
});

test("without an address koboshi says how to take it instead, and why there is no link", () => {
  const closed = { ...site, url: null };
  const ja = noticeText(facts("opened", {}, { site: closed, ack: { by: "command" } })).body;
  assert.match(ja, / {2}koboshi ack 241\n\(koboshi を外から開けないため/);
  const en = noticeText(facts("opened", {}, { site: closed, ack: { by: "command" }, lang: "en" })).body;
  assert.match(en, / {2}koboshi ack 241\n\(There is no link to press because koboshi cannot be reached from outside/);
});

test("a quiet incident says that nobody was called", () => {
  const { body } = noticeText(facts("opened", { quiet: true }));
  assert.match(body, /どなたも呼び出していません/);
});

test("a page that was not yet verified since then is being updated, not up to date", () => {
  const stale = facts("opened");
  const page = { at: later(now, -60_000), verified: true };
  assert.match(noticeText({ ...stale, snapshot: { ...stale.snapshot, page } }).body, /公開ページを更新しています/);
});

test("a recovery tells how it was confirmed; an end by hand tells who and what is still seen", () => {
  assert.match(
    noticeText(facts("resolved", ended)).body,
    /ネットショップは復旧しました。2:12–2:58\(46分\)\n自動の確認で/,
  );
  const byHand = noticeText(facts("resolved", { ...ended, resolvedBy: "yamada" })).body;
  assert.match(byHand, /山田さんが ネットショップ の障害を解決としました/);
  assert.match(byHand, /まだ異常が見えるところ/);
});

test("a stand-in says which channel it stands in for", () => {
  assert.match(noticeText(facts("opened", {}, { insteadOf: "mail" })).body, /\(メールで届けられなかったため/);
});

test("notes are quoted on one line, whatever they hold", () => {
  const base = facts("still-down", taken);
  const notes = [{ at: now, actor: "person:yamada", text: "ディスク\r\n--\n掃除中" }];
  const { body } = noticeText({ ...base, snapshot: { ...base.snapshot, notes } });
  assert.match(body, /・2:15 山田さん「ディスク -- 掃除中」/);
});
