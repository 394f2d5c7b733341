import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service } from "../kernel/model/site.ts";
import { earlyFindings, earlyWindow } from "../../test/doubles/window-story.ts";
import { windowOf } from "../../test/doubles/no-windows.ts";
import { mailColumns } from "./fit.ts";
import { afterMaintenanceMail, windowReleaseMail, type HeldAlarms } from "./window-mail.ts";

const shop: Service = { key: "shop", name: "ネットショップ", on: "web1", needs: [], priority: 2 };
const site = {
  services: new Map([["shop", shop]]),
  people: new Map([["yamada", { key: "yamada", name: "山田", mail: null, phone: null, lang: "ja" as const }]]),
  timeZone: "Asia/Tokyo",
  url: "https://koboshi.example.jp",
};
const held: HeldAlarms = {
  count: 14,
  bySubject: [
    { subject: "host:web1", count: 11, isOpen: false },
    { subject: "service:shop", count: 3, isOpen: true },
  ],
};
const none: HeldAlarms = { count: 0, bySubject: [] };
const threeFindings = earlyFindings.filter(({ check }) =>
  ["clock-offset", "time-service", "jobs-missed", "reachable"].includes(check),
);

test("what is wrong after maintenance stands in the subject, worst first, and ends with the question", () => {
  const news = { window: earlyWindow, findings: threeFindings, held };
  const ja = afterMaintenanceMail(news, { site, lang: "ja" });
  assert.equal(ja.subject, "◆保守後の確認 web1: 時計 +3時間2分ずれ、chronyd 停止、cron 1件未実行。直しますか?");
  const en = afterMaintenanceMail(news, { site, lang: "en" });
  assert.equal(en.subject, "◆AFTER MAINTENANCE web1: clock +3 h 2 min, chronyd stopped, 1 cron missed. Fix?");
});

test("the mail says what is not as before, how the work went, what waits, and where to act", () => {
  const { text } = afterMaintenanceMail({ window: earlyWindow, findings: earlyFindings, held }, { site, lang: "ja" });
  assert.match(text, /11月26日\(木\) 2:00〜5:00\(3時間\)/);
  assert.match(text, /■ 時計が合っているか: 時計が \+3時間2分ずれています/);
  assert.match(text, /○ ファイアウォール: 読む権限がありません。前と同じとは言えません/);
  assert.match(text, /修復は 1 件用意してあります.*承認するまで何も実行しません/);
  assert.match(text, /4:30 に戻りました\(予定より30分早い\)/);
  assert.match(text, /警報は 14 件保留しています/);
  assert.match(text, /https:\/\/koboshi\.example\.jp\/calendar\/1/);
});

test("many findings never make the subject longer than a list shows; the rest is counted", () => {
  const many = Array.from({ length: 30 }, (_, nth) => ({
    ...threeFindings[1]!,
    check: "units-running",
    items: [`very-long-name-of-a-unit-${nth}.service`],
  }));
  for (const lang of ["ja", "en"] as const) {
    const { subject } = afterMaintenanceMail({ window: earlyWindow, findings: many, held }, { site, lang });
    assert.ok(mailColumns(subject) <= 84, subject);
    assert.match(subject, lang === "ja" ? /ほか\d+件/ : /\d+ more/);
  }
});

test("without a repair nobody is asked whether to run one", () => {
  const findings = threeFindings.map((finding) => ({ ...finding, repairs: [] }));
  const { subject, text } = afterMaintenanceMail({ window: earlyWindow, findings, held: none }, { site, lang: "en" });
  assert.match(subject, /\. Look at it$/);
  assert.ok(!text.includes("repair is ready"));
});

test("the end tells what was held, the still true ones first", () => {
  const closed = windowOf({ ...earlyWindow, state: "closed", closedAt: earlyWindow.course.backAt });
  const ja = windowReleaseMail({ window: closed, findings: [], held }, { site, lang: "ja" });
  assert.equal(ja.subject, "●保守終了 さくら VPS の保守");
  assert.match(ja.text, /保留した警報 14 件\n■ ネットショップ ×3: 続いています.*\n● web1 ×11: 収まりました/);
  const en = windowReleaseMail({ window: closed, findings: [], held: none }, { site, lang: "en" });
  assert.match(en.text, /No alarm was held meanwhile\./);
});

test("what somebody let through is named with the reason, and no mark is green then", () => {
  const at = { atMs: earlyWindow.endMs, monotonicMs: 0, bootId: "b" };
  const signature = { by: "person:yamada", at, reason: "来週\n入れ替える", waived: ["web1/time-service"] } as const;
  const signed = windowOf({ ...earlyWindow, state: "closed", closedAt: at, signature });
  const { subject, text } = windowReleaseMail({ window: signed, findings: [], held: none }, { site, lang: "ja" });
  assert.equal(subject, "▲保守終了(署名) さくら VPS の保守");
  assert.match(text, /山田さんの署名で終わりました/);
  assert.match(text, /理由: 来週 入れ替える/);
  assert.match(text, /・web1 時刻合わせのサービス/);
});

test("a cancelled window says that alarms are told again", () => {
  const { subject, text } = windowReleaseMail(
    { window: windowOf({ state: "cancelled" }), findings: [], held: none },
    { site, lang: "en" },
  );
  assert.match(subject, /MAINTENANCE CANCELLED/);
  assert.match(text, /Alarms are no longer held/);
});
