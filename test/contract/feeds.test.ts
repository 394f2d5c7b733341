import assert from "node:assert/strict";
import { test } from "node:test";
import type { FeedSpec } from "../../src/kernel/model/site.ts";
import { openFeedBench, type FeedBench, type FeedBenchWanted } from "../doubles/feed-bench.ts";

const hourMs = 3_600_000;
const key = "sakura-vps/0";
const place = { key: "ishikari", provider: "sakura-vps", account: "abc12345", region: "石狩第1ゾーン" };
const web1 = { key: "web1", at: "ishikari", address: "203.0.113.7", providerNames: ["vps-kvm081"] };

async function withFeeds(wanted: FeedBenchWanted, run: (bench: FeedBench) => Promise<void>): Promise<void> {
  const bench = await openFeedBench({ places: [place], hosts: [web1], ...wanted });
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

function rss(items: readonly { guid: string; title: string; text: string }[]): string {
  const entries = items.map(
    ({ guid, title, text }) =>
      `<item><guid>${guid}</guid><title>${title}</title><description><![CDATA[${text}]]></description><pubDate>Wed, 18 Nov 2026 10:00:00 +0900</pubDate></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>${entries.join("")}</channel></rss>`;
}

const work = {
  guid: "n1",
  title: "VPS基盤メンテナンス",
  text: "<p>日時:2026年12月3日(木) 2:00〜5:00</p><p>対象ホスト:vps-kvm081</p>",
};
const iso = (ms: number): string => new Date(ms).toISOString();
const all = { search: "", provider: null, before: null, limit: 50 };
const feed = (url: string): FeedSpec[] => [{ key, match: [], kind: "feed", url: `${url}/rss` }];

test("an RSS notice becomes a proposal for the host it names, and is kept with its event", () =>
  withFeeds({ feeds: feed }, async (bench) => {
    bench.answers.set("/rss", { body: rss([work]) });
    await bench.feeds().readNow(key);
    const [notice] = await bench.feeds().notices(all);
    assert.equal(notice?.newest.title, "VPS基盤メンテナンス");
    assert.deepEqual(notice.proposal?.windows, [
      { startMs: Date.parse("2026-12-03T02:00+09:00"), endMs: Date.parse("2026-12-03T05:00+09:00") },
    ]);
    assert.deepEqual(notice.proposal.hosts, ["web1"]);
    assert.equal(notice.proposal.state, "proposed");
    assert.deepEqual(notice.matches[0], {
      target: "host:web1",
      points: 0.95,
      why: "provider-name",
      words: "vps-kvm081",
    });
    const events = await bench.ledger.read.eventsAfter(0, 100);
    assert.equal(events.filter(({ kind }) => kind === "provider-notice.received").length, 1);
    assert.equal(bench.feeds().feeds()[0]?.state, "ok");
  }));

test("nothing new is asked for with the server's own marks, also after a restart, and is no new version", () =>
  withFeeds({ feeds: feed }, async (bench) => {
    bench.answers.set("/rss", ({ headers }) =>
      headers["if-none-match"] === '"v1"'
        ? { status: 304, body: "" }
        : { body: rss([work]), headers: { etag: '"v1"', "last-modified": "Wed, 18 Nov 2026 01:00:00 GMT" } },
    );
    await bench.feeds().readNow(key);
    await bench.restart();
    await bench.feeds().readNow(key);
    assert.equal(bench.asked[1]?.headers["if-none-match"], '"v1"');
    assert.equal(bench.asked[1].headers["if-modified-since"], "Wed, 18 Nov 2026 01:00:00 GMT");
    const found = await bench.feeds().notices(all);
    assert.deepEqual(
      found.map(({ versions }) => versions),
      [1],
    );
    assert.equal(bench.feeds().feeds()[0]?.state, "ok");
  }));

test("a rewritten notice keeps every wording; a decision made before says that it must be looked at again", () =>
  withFeeds({ feeds: feed }, async (bench) => {
    bench.answers.set("/rss", { body: rss([work]) });
    await bench.feeds().readNow(key);
    const decided = await bench.feeds().confirm({ id: 1, version: 1, windows: null, actor: "person:yamada" });
    assert.ok(decided.ok, decided.ok ? "" : decided.error.message);
    bench.answers.set("/rss", { body: rss([{ ...work, text: work.text.replace("2:00〜5:00", "2:00〜6:00") }]) });
    await bench.feeds().readNow(key);
    const found = await bench.feeds().notice(1);
    assert.deepEqual(
      found?.versions.map(({ number }) => number),
      [2, 1],
    );
    assert.equal(found.notice.proposal?.state, "confirmed");
    assert.equal(found.notice.proposal.outdated, true);
    assert.equal(found.notice.proposal.windows[0]?.endMs, Date.parse("2026-12-03T05:00+09:00"));
    const late = await bench.feeds().confirm({ id: 1, version: 1, windows: null, actor: "person:yamada" });
    assert.equal(late.ok ? "" : late.error.code, "KB4503");
  }));

test("what is asked must be settled before it can be confirmed; a person's own times settle it", () =>
  withFeeds({ feeds: feed }, async (bench) => {
    bench.answers.set("/rss", {
      body: rss([{ ...work, text: "12月3日(木) 深夜1時〜5時 にメンテナンスを行います。" }]),
    });
    await bench.feeds().readNow(key);
    const input = { id: 1, version: 1, actor: "person:yamada" as const };
    const refused = await bench.feeds().confirm({ ...input, windows: null });
    assert.equal(refused.ok ? "" : refused.error.code, "KB4502");
    const windows = [{ startMs: Date.parse("2026-12-04T01:00+09:00"), endMs: Date.parse("2026-12-04T05:00+09:00") }];
    const settled = await bench.feeds().confirm({ ...input, windows });
    assert.deepEqual(settled.ok ? settled.value.proposal?.windows : null, windows);
    const backwards = await bench.feeds().confirm({ ...input, windows: [{ startMs: 2, endMs: 1 }] });
    assert.equal(backwards.ok ? "" : backwards.error.code, "KB4502");
  }));

test("Atom, RSS 1.0 in EUC-JP, bad dates, and entries without an id are read", () =>
  withFeeds(
    {
      feeds: (url) =>
        ["atom", "rdf"].map((name, nth) => ({
          key: `sakura-vps/${nth}`,
          match: [],
          kind: "feed",
          url: `${url}/${name}`,
        })),
    },
    async (bench) => {
      bench.answers.set("/atom", {
        body: `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Maintenance</title><updated>yesterday-ish</updated><link href="javascript:alert(1)"/><content type="html">&lt;b&gt;Dec 3, 2026 02:00-05:00 JST&lt;/b&gt;</content></entry></feed>`,
      });
      const eucJp = Buffer.concat([
        Buffer.from(
          '<?xml version="1.0" encoding="EUC-JP"?><rdf:RDF xmlns:rdf="r" xmlns="p"><item rdf:about="https://a.example/1"><title>',
        ),
        Buffer.from([0xbe, 0xe3, 0xb3, 0xb2]), // 障害
        Buffer.from("</title><description>11/18 9:12</description></item></rdf:RDF>"),
      ]);
      bench.answers.set("/rdf", { body: eucJp, headers: { "content-type": "text/xml; charset=EUC-JP" } });
      await bench.feeds().readNow("sakura-vps/0");
      await bench.feeds().readNow("sakura-vps/1");
      const found = await bench.feeds().notices(all);
      assert.deepEqual(
        found.map(({ newest }) => [newest.title, newest.link, newest.publishedAtMs]),
        [
          ["障害", null, null],
          ["Maintenance", null, null],
        ],
      );
      assert.equal(found[1]?.newest.read.windows[0]?.startMs, Date.parse("2026-12-03T02:00+09:00"));
      assert.equal((await bench.feeds().notices({ ...all, search: "障害" })).length, 1);
    },
  ));

test("a Statuspage's own times and states are taken as they are, and its resolved incidents are over", () =>
  withFeeds({ feeds: (url) => [{ key, match: [], kind: "statuspage", url }] }, async (bench) => {
    const now = Date.now();
    bench.answers.set("/api/v2/incidents.json", {
      body: JSON.stringify({
        page: {},
        incidents: [
          {
            id: "i1",
            name: "Network outage",
            status: "investigating",
            impact: "major",
            started_at: iso(now - hourMs),
            incident_updates: [
              { status: "investigating", body: "We are looking into it.", created_at: iso(now - hourMs) },
            ],
            components: [{ name: "Tokyo" }],
          },
          {
            id: "i0",
            name: "Old",
            status: "resolved",
            impact: "minor",
            started_at: iso(now - 9 * hourMs),
            resolved_at: iso(now - 8 * hourMs),
          },
          { id: 7, name: null },
        ],
      }),
    });
    bench.answers.set("/api/v2/scheduled-maintenances.json", {
      body: JSON.stringify({
        scheduled_maintenances: [
          {
            id: "m1",
            name: "Upgrade",
            status: "scheduled",
            scheduled_for: iso(now + 3 * hourMs),
            scheduled_until: iso(now + 5 * hourMs),
          },
          {
            id: "m2",
            name: "Later",
            status: "scheduled",
            scheduled_for: iso(now + 99 * hourMs),
            scheduled_until: iso(now + 100 * hourMs),
          },
        ],
      }),
    });
    await bench.feeds().readNow(key);
    const word = bench.feeds().current();
    assert.deepEqual(
      word.map(({ title, phase, certain }) => [title, phase, certain]),
      [
        ["Network outage", "ongoing", true],
        ["Upgrade", "planned", true],
      ],
    );
    await bench.restart();
    assert.equal(bench.feeds().current().length, 2);
    const planned = word.find(({ title }) => title === "Upgrade");
    await bench.feeds().reject({ id: planned?.noticeId ?? 0, version: 1, actor: "person:yamada" });
    assert.equal(bench.feeds().current().length, 1);
  }));

test("parts of a page are found by their selector; when it finds nothing, that is said and what was read stays", () =>
  withFeeds(
    { feeds: (url) => [{ key, match: [], kind: "page", url: `${url}/news`, select: "ul.news > li" }] },
    async (bench) => {
      const body = `<ul class="news"><li><a href="/n/1">【メンテナンス】12月3日(木) 2:00〜5:00</a></li><li><a href="/n/2">採用のお知らせ</a></li></ul>`;
      bench.answers.set("/news", { body });
      await bench.feeds().readNow(key);
      const found = await bench.feeds().notices(all);
      assert.deepEqual(
        found.map(({ newest }) => newest.link),
        [`${bench.url}/n/1`, `${bench.url}/n/2`],
      );
      bench.answers.set("/news", { body: "<p>新しいページ</p>" });
      await bench.feeds().readNow(key);
      const [status] = bench.feeds().feeds();
      assert.deepEqual([status?.state, status?.trouble?.code, status?.notices], ["warning", "selector-empty", 2]);
    },
  ));

test("a body of 50 MB is cut, a server that fails or answers something else is said, each without touching another source", () =>
  withFeeds(
    {
      feeds: (url) =>
        ["huge", "gone", "html", "fine"].map((name, nth) => ({
          key: `sakura-vps/${nth}`,
          match: [],
          kind: "feed",
          url: `${url}/${name}`,
        })),
    },
    async (bench) => {
      bench.answers.set("/huge", {
        body: `${rss([work]).slice(0, -16)}${"<item><title>x</title></item>".repeat(1_700_000)}`,
      });
      bench.answers.set("/gone", { status: 503, body: "" });
      bench.answers.set("/html", { body: "<html><body>moved</body></html>" });
      bench.answers.set("/fine", { body: rss([{ ...work, guid: "n2" }]) });
      for (let nth = 0; nth < 4; nth++) await bench.feeds().readNow(`sakura-vps/${nth}`);
      const states = bench
        .feeds()
        .feeds()
        .map(({ state, trouble }) => [state, trouble?.code ?? null]);
      assert.deepEqual(states, [
        ["warning", "too-long"],
        ["warning", "status"],
        ["warning", "not-a-feed"],
        ["ok", null],
      ]);
      const guids = (await bench.feeds().notices({ ...all, search: "VPS基盤" })).length;
      assert.equal(guids, 2);
    },
  ));

test("only notices with one of the words asked for are kept, in whatever width they are written", () =>
  withFeeds({ feeds: (url) => [{ key, match: ["VPS"], kind: "feed", url: `${url}/rss` }] }, async (bench) => {
    bench.answers.set("/rss", {
      body: rss([
        { ...work, title: "VPS保守" },
        { guid: "n9", title: "メール", text: "保守" },
      ]),
    });
    await bench.feeds().readNow(key);
    assert.equal((await bench.feeds().notices(all)).length, 1);
  }));

test("a source that keeps failing is down after three times, and well again with its next answer", () =>
  withFeeds({ feeds: feed }, async (bench) => {
    for (let turn = 0; turn < 3; turn++) await bench.feeds().readNow(key);
    assert.equal(bench.feeds().feeds()[0]?.state, "down");
    bench.answers.set("/rss", { body: rss([work]) });
    await bench.feeds().readNow(key);
    assert.equal(bench.feeds().feeds()[0]?.state, "ok");
  }));

test("a notice that names other machines of our naming is not thought to be about ours", () =>
  withFeeds({ feeds: feed }, async (bench) => {
    bench.answers.set("/rss", { body: rss([{ ...work, text: work.text.replace("vps-kvm081", "vps-kvm082") }]) });
    await bench.feeds().readNow(key);
    const [notice] = await bench.feeds().notices(all);
    assert.deepEqual(
      [notice?.matches[0]?.why, notice?.confidence, notice?.proposal?.hosts],
      ["names-others", 0.05, []],
    );
  }));
