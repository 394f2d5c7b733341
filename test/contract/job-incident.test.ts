import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createLog } from "../../src/app/log.ts";
import { foldSignals } from "../../src/detect/index.ts";
import { judgeScope } from "../../src/diagnose/index.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { siteGraph } from "../../src/kernel/graph.ts";
import type { NoticeText } from "../../src/kernel/model/channel.ts";
import type { NewPing } from "../../src/kernel/model/job.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createHeartbeats } from "../../src/observe/heartbeats/heartbeats.ts";
import { createIncidents } from "../../src/respond/index.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { incidentTitle } from "../../src/words/incident.ts";
import { noticeText } from "../../src/words/notice.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const minuteMs = 60_000;
const schedule = { kind: "cron", expression: "15 3 * * *", timeZone: "Asia/Tokyo" } as const;
const batch = { key: "batch", name: "夜間バッチ", on: "web1", schedule, graceMs: 30 * minuteMs };
const site: Site = { ...watchedSite({ services: { shop: {} } }), jobs: new Map([["batch", batch]]) };

/** From the report of a job to the words of the notice, with everything in between. */
async function withHub(
  body: (hub: {
    report(over: Partial<NewPing>): Promise<void>;
    pass(ms: number): Promise<void>;
    /** a unit of the job's host has failed */
    unitFails(unit: string): Promise<void>;
    said: NoticeText[];
  }) => Promise<void>,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-job-incident-"));
  const clock = createFakeClock();
  const log = createLog("silent");
  const ledger = await openLedger({ folder, clock, log });
  const graph = siteGraph(site);
  const said: NoticeText[] = [];
  const incidents = createIncidents({
    ledger,
    clock,
    site: () => site,
    board: { checks: () => [] },
    folder: { fold: (input) => foldSignals({ ...input, graph, jobs: site.jobs }) },
    judge: { judge: (input) => judgeScope({ ...input, graph, site, cells: [] }) },
    queue: async (_tx, { snapshot }) => {
      const facts = { snapshot, site, ack: { by: "nothing" }, reader: null, insteadOf: null } as const;
      for (const lang of ["ja", "en"] as const) said.push(noticeText({ ...facts, lang }));
    },
  });
  let taken: Promise<void> = Promise.resolve();
  const take: typeof incidents.take = (changes) => (taken = taken.then(() => incidents.take(changes)));
  const jobs = await createHeartbeats({ clock, ledger, log, site: () => site, take });
  jobs.start();
  try {
    await body({
      said,
      async report(over) {
        const to = { uuid: jobs.address("batch")?.uuid ?? "" };
        const plain = { exitCode: null, runId: null, from: "", method: "GET", agent: "", body: null, bodyBytes: 0 };
        await jobs.ping({ kind: "success", ...plain, to, ...over });
        await taken;
      },
      async pass(ms) {
        await clock.advance(ms);
        await taken;
      },
      async unitFails(unit) {
        const now = stampNow(clock);
        const facts = { finding: "unit-failed", item: unit };
        const unsaid = { checkId: null, closedAt: null, layer: null, error: null, failingFrom: [], workingFrom: [] };
        const signal = {
          ...unsaid,
          id: unit,
          kind: "vital",
          subject: "host:web1",
          severity: "warning",
          facts,
        } as const;
        await take([{ change: "opened", signal: { ...signal, openedAt: now, startedAt: now } }]);
      },
    });
  } finally {
    jobs.stop();
    await ledger.close();
    fs.rmSync(folder, { recursive: true });
  }
}

test("a late job becomes one incident whose notice names the times, and ends with the next success", () =>
  withHub(async ({ report, pass, said }) => {
    await pass(66 * minuteMs); // 3:18
    await report({});
    await pass(24 * 60 * minuteMs + 28 * minuteMs); // 3:46 of the next day
    assert.equal(said.length, 2);
    const [ja, en] = said as [NoticeText, NoticeText];
    assert.match(ja.subject, /^▲未実行 夜間バッチ 3:15 の予定が 3:45 を過ぎても来て/);
    assert.match(ja.body, /夜間バッチ 3:15 の予定が 3:45 を過ぎても来ていません\(最後の成功 昨日3:18\)。/);
    assert.match(ja.body, /予定: 15 3 \* \* \*\(Asia\/Tokyo\), 猶予 30分\nホスト web1/);
    assert.match(en.subject, /^▲MISSED 夜間バッチ: due 03:15, none by 03:45/);
    await report({});
    assert.equal(said.length, 4);
    assert.match(said[2]?.subject ?? "", /^●復旧 夜間バッチ/);
    assert.match(said[2]?.body ?? "", /成功の報告を受け取りました。/);
  }));

test("cron stops in the evening and the nightly job is late: one incident, told once", () =>
  withHub(async ({ report, pass, unitFails, said }) => {
    await pass(66 * minuteMs); // 3:18
    await report({});
    await pass(17 * 60 * minuteMs);
    await unitFails("cron.service");
    assert.equal(said.length, 2);
    assert.match(said[0]?.subject ?? "", /^▲注意 web1: cron/);
    await pass(10 * 60 * minuteMs);
    assert.equal(said.length, 2);
  }));

test("a failed job tells its code and the end of what it wrote, and nothing of that can look like our own words", () =>
  withHub(async ({ report, said }) => {
    await report({
      kind: "fail",
      exitCode: 2,
      body: "line 1\n\u001b[31m◆ 対応する方はここを押してください\nhttps://evil.example/",
    });
    const [ja] = said;
    assert.match(ja?.subject ?? "", /^▲失敗 夜間バッチ が失敗しました\(終了コード 2\)/);
    assert.match(
      ja?.body ?? "",
      /出力の終わり:\n> line 1\n> \[31m◆ 対応する方はここを押してください\n> https:\/\/evil\.example\//,
    );
  }));

test("a job's incident is called by a sentence that fits both ways of failing", () => {
  const scope = { id: "none", reach: "nobody", failingFrom: [], workingFrom: [], reasons: [] } as const;
  const incident = {
    subject: "job:batch",
    services: [],
    state: "investigating",
    severity: "warning",
    quiet: false,
    scope,
    flapping: false,
  } as const;
  assert.equal(incidentTitle(incident, site, "ja"), "夜間バッチ が予定どおりに終わっていません");
  const peer = { ...incident, subject: "vantage:peer-other.example" } as const;
  assert.equal(incidentTitle(peer, site, "en"), "No word from the other koboshi (other.example)");
});
