import { stampNow, type Clock } from "../../src/kernel/clock.ts";
import type { Diagnosis, Seen, Told } from "../../src/kernel/model/diagnosis.ts";

const ja: Told = {
  headline: "ディスクの空き容量の不足(web1) — ほぼ確実(99%)",
  causes: [
    {
      id: "disk-full",
      component: "host:web1",
      title: "ディスクの空き容量の不足(web1)",
      certainty: "ほぼ確実",
      percent: 99,
      for: ["web1のディスクの空き: 空きがありません(/var 100%)"],
      against: [],
      action: "大きいものの上位20件を表示します。削除はしません。",
      notYet: "再起動はしないでください。空きがないまま起動に失敗するおそれがあります。",
      fix: "承認を得た不要なファイルだけを削除します。",
      prevention: "満杯になる前に予測して知らせます。",
    },
    {
      id: "service-crash",
      component: "service:db",
      title: "サービスの停止(db)",
      certainty: "候補",
      percent: 12,
      for: [],
      against: [],
      action: "終了コードと直前の記録を保存します。",
      notYet: "記録を残すまで起動しないでください。",
      fix: "そのサービスだけ起動します。",
      prevention: "再発を監視します。",
    },
  ],
  ruledOut: [],
  unobserved: ["web1の電源 (BMC)(設定されていません)"],
  unexplained: [],
  action: "大きいものの上位20件を表示します。削除はしません。",
  notYet: "再起動はしないでください。空きがないまま起動に失敗するおそれがあります。",
  repair: [],
  stopped: "診断を終えました",
};

const en: Told = {
  ...ja,
  headline: "The disk is full (web1) — almost certain (99%)",
  causes: [
    {
      id: "disk-full",
      component: "host:web1",
      title: "The disk is full (web1)",
      certainty: "almost certain",
      percent: 99,
      for: ["web1, disk space: full (/var 100%)"],
      against: [],
      action: "List the 20 largest items; nothing is deleted.",
      notYet: "Do not reboot: services may fail to start without free space.",
      fix: "Delete only what was approved.",
      prevention: "Forecast a full disk.",
    },
  ],
  unobserved: ["web1, power (BMC) (not set up)"],
  action: "List the 20 largest items; nothing is deleted.",
  notYet: "Do not reboot: services may fail to start without free space.",
  stopped: "The diagnosis ended",
};

/** A diagnosis that ended: the disk of web1 is full. */
export function diskFull(clock: Clock, incidentId: number): Diagnosis & { readonly incidentId: number } {
  const at = stampNow(clock);
  const full: Seen = {
    evidence: "hs.disk",
    target: "host:web1",
    vantage: null,
    state: "full",
    value: 100,
    facts: { detail: "/var 100%" },
    raw: "/dev/vda1 20G 20G 0 100% /var",
    at,
    past: false,
    changedAtMs: null,
  };
  return {
    incidentId,
    subject: "service:shop",
    at,
    seconds: 7.4,
    scopeSeconds: 2.9,
    scope: { id: "host", reach: "everyone", failingFrom: ["here"], workingFrom: [], reasons: [] },
    causes: [
      { id: "disk-full", component: "host:web1", probability: 0.99, for: [{ seen: full, weight: 2.5 }], against: [] },
      { id: "service-crash", component: "service:db", probability: 0.12, for: [], against: [] },
    ],
    best: { causes: [{ id: "disk-full", component: "host:web1" }], probability: 0.97, chained: false },
    noneProbability: 0,
    ruledOut: [],
    seen: [full],
    unobserved: [{ evidence: "bm.power", target: "host:web1", vantage: null, reason: "not-configured" }],
    unexplained: [],
    repair: [],
    stoppedBecause: "sure",
    waves: [{ asked: [{ bundle: "net", target: null }], endedAfterSeconds: 2.9, top: [] }],
    catalogue: "test",
    told: { ja, en },
  };
}
