import assert from "node:assert/strict";
import { test } from "node:test";
import type { Telemetry } from "../../../src/storage/telemetry/telemetry.ts";
import { dayMs, hourMs, logLine, metric, minutely, noon, observation } from "./samples.ts";

/** A store under the contract: each call gives an empty one of its own. */
export interface TelemetryEngine {
  readonly name: string;
  open(): Promise<{ readonly telemetry: Telemetry; dispose(): Promise<void> }>;
}

const whole = { fromMs: noon - 10 * dayMs, toMs: noon + 10 * dayMs };
const check = "shop/http:www.example.jp";

/** What every store of measurements does, whatever it is made of. */
export function telemetrySuite(engine: TelemetryEngine): void {
  const says = (sentence: string, body: (telemetry: Telemetry) => Promise<void>): void => {
    test(`${engine.name}: ${sentence}`, async () => {
      const { telemetry, dispose } = await engine.open();
      try {
        await body(telemetry);
      } finally {
        await dispose();
      }
    });
  };
  emptiness(says);
  observations(says);
  steps(says);
  metricsAndLogs(says);
}

type Says = (sentence: string, body: (telemetry: Telemetry) => Promise<void>) => void;

function emptiness(says: Says): void {
  says("an empty store answers every question with nothing", async ({ read, flush, state }) => {
    await flush();
    assert.deepEqual(await read.observations({ ...whole, limit: 5 }), []);
    assert.deepEqual(await read.series({ ...whole, checkIds: [check], stepMs: hourMs }), []);
    assert.deepEqual(await read.coverage({ ...whole, checkIds: [check], stepMs: hourMs }), []);
    assert.deepEqual(await read.metrics({ ...whole, name: "x", limit: 5 }), []);
    assert.deepEqual(await read.logs({ ...whole, limit: 5 }), []);
    const { blockedBy, blockedCode, lostRows, waitingRows, damagedDays } = state();
    assert.deepEqual(
      { blockedBy, blockedCode, lostRows, waitingRows, damagedDays },
      { blockedBy: null, blockedCode: null, lostRows: 0, waitingRows: 0, damagedDays: [] },
    );
  });

  says(
    "a question about no check, or with a limit of nothing, has an empty answer",
    async ({ append, read, flush }) => {
      append.observation(observation(noon));
      await flush();
      assert.deepEqual(await read.observations({ ...whole, checkIds: [], limit: 5 }), []);
      assert.deepEqual(await read.observations({ ...whole, limit: 0 }), []);
      assert.deepEqual(await read.series({ ...whole, checkIds: [], stepMs: hourMs }), []);
    },
  );
}

function observations(says: Says): void {
  says("an observation comes back as it was, but for the hub's own clock", async ({ append, read, flush }) => {
    const full = observation(noon, {
      vantage: "office",
      attempt: 3,
      outcome: "down",
      layer: "tls",
      timings: { dnsMs: 1.234, connectMs: 0.4, tlsMs: 12.001, firstByteMs: 100.5, bodyMs: 0, totalMs: 4_000.25 },
      facts: { status: 503, banner: `"it's"; DROP TABLE\n表\u0000🙂`, ok: false, nothing: null, list: [1, "二"] },
      error: { code: "certificate-expired", text: "期限切れ: it's over" },
    });
    const bare = observation(noon + 1, { address: null, facts: {}, timings: { totalMs: 0 } });
    append.observation(full);
    append.observation(bare);
    await flush();
    const expected = [bare, full].map(({ monotonicMs: _monotonicMs, ...stored }) => stored);
    assert.deepEqual(await read.observations({ ...whole, limit: 5 }), expected);
  });

  says(
    "observations are newest first, filtered and limited, over days and whatever order they came in",
    async (store) => {
      const { append, read, flush } = store;
      const times = [0, -3, 2, -1, 1, -2].map((days) => noon + days * dayMs);
      for (const atMs of times) {
        append.observation(observation(atMs));
        append.observation(observation(atMs + 1, { checkId: "mail/smtp:mx", vantage: "office", outcome: "down" }));
      }
      await flush();
      const at = async (query: Partial<Parameters<typeof read.observations>[0]>): Promise<number[]> =>
        (await read.observations({ ...whole, limit: 100, ...query })).map(({ atMs }) => atMs);
      const newestFirst = times.toSorted((a, b) => b - a);
      assert.deepEqual(await at({ checkIds: [check] }), newestFirst);
      assert.deepEqual(await at({ vantage: "here" }), newestFirst);
      assert.deepEqual(
        await at({ outcomes: ["down", "unknown"] }),
        newestFirst.map((atMs) => atMs + 1),
      );
      assert.deepEqual(await at({ limit: 3 }), [1, 0].map((more) => noon + 2 * dayMs + more).concat(noon + dayMs + 1));
      assert.deepEqual(await at({ checkIds: [check, "mail/smtp:mx"], vantage: "here", outcomes: ["down"] }), []);
      assert.deepEqual(await at({ fromMs: noon, toMs: noon + 1 }), [noon]);
    },
  );
}

function steps(says: Says): void {
  says(
    "a series counts attempts by outcome in steps; its times are of the answers",
    async ({ append, read, flush }) => {
      const times = [10, 20, 30, 40, 400];
      times.forEach((totalMs, nth) =>
        append.observation(
          observation(noon + nth * 1_000, { timings: { totalMs }, outcome: nth === 3 ? "degraded" : "up" }),
        ),
      );
      append.observation(observation(noon + 6_000, { outcome: "down", timings: { totalMs: 9_999 } }));
      append.observation(observation(noon + 7_000, { outcome: "unknown", timings: { totalMs: 0 } }));
      append.observation(observation(noon + 120_000, { outcome: "down" }));
      append.observation(observation(noon, { vantage: "office" }));
      append.observation(observation(noon, { checkId: "another" }));
      await flush();
      const series = await read.series({
        fromMs: noon - 60_000,
        toMs: noon + hourMs,
        checkIds: [check],
        stepMs: 60_000,
      });
      const step = { checkId: check, vantage: "here", degradeds: 0, unknowns: 0 };
      assert.deepEqual(series, [
        { ...step, atMs: noon, attempts: 7, downs: 1, degradeds: 1, unknowns: 1, medianMs: 30, p95Ms: 328 },
        { ...step, atMs: noon + 120_000, attempts: 1, downs: 1, medianMs: null, p95Ms: null },
        { ...step, vantage: "office", atMs: noon, attempts: 1, downs: 0, medianMs: 20, p95Ms: 20 },
      ]);
    },
  );

  says("steps begin where the question begins, and reach over midnight", async ({ append, read, flush }) => {
    const fromMs = noon + 7 * 60_000;
    for (let hours = 0; hours < 48; hours++) append.observation(observation(fromMs + hours * hourMs));
    await flush();
    const series = await read.series({ fromMs, toMs: fromMs + 2 * dayMs, checkIds: [check], stepMs: dayMs });
    assert.deepEqual(
      series.map(({ atMs, attempts }) => [atMs, attempts]),
      [
        [fromMs, 24],
        [fromMs + dayMs, 24],
      ],
    );
  });

  says("only attempts that could see are coverage, in order of time", async ({ append, read, flush }) => {
    const seen = minutely(noon, ["up", "unknown", "down", "unknown", "degraded"]);
    for (const one of seen) append.observation(one);
    append.observation(observation(noon + 120_000, { vantage: "office" }));
    append.observation(observation(noon + 60_000, { checkId: "another" }));
    await flush();
    const query = { fromMs: noon, toMs: noon + hourMs, stepMs: 60_000 };
    assert.deepEqual(await read.coverage({ ...query, checkIds: [check, "another"] }), [
      { checkId: check, atMs: noon, sighted: 1 },
      { checkId: "another", atMs: noon + 60_000, sighted: 1 },
      { checkId: check, atMs: noon + 120_000, sighted: 2 },
      { checkId: check, atMs: noon + 240_000, sighted: 1 },
    ]);
  });
}

function metricsAndLogs(says: Says): void {
  says("metrics come back oldest first, with their labels", async ({ append, read, flush }) => {
    const points = [
      metric(noon - dayMs, { value: -0.5 }),
      metric(noon, { labels: { mount: "/", "a b": "it's" }, value: 1e300 }),
      metric(noon + dayMs, { subject: "host:web2", value: 3 }),
    ];
    for (const point of points.toReversed()) append.metric(point);
    append.metric(metric(noon, { name: "another" }));
    await flush();
    const query = { ...whole, name: "diskFreeBytes", limit: 10 };
    assert.deepEqual(await read.metrics(query), points);
    assert.deepEqual(await read.metrics({ ...query, limit: 2 }), points.slice(0, 2));
    assert.deepEqual(await read.metrics({ ...query, subject: "host:web2" }), points.slice(2));
  });

  says("logs come back newest first; a text is looked for as it stands, in either case", async (store) => {
    const { append, read, flush } = store;
    const lines = [
      logLine(noon + dayMs, { text: "Disk 100% FULL" }),
      logLine(noon + 2, { text: "disk 100 x full", host: null, severity: null }),
      logLine(noon + 1, { text: "ディスクが_満杯\\です'", source: "sshd", host: "web2", severity: 0 }),
    ];
    for (const line of lines.toReversed()) append.log(line);
    await flush();
    const found = async (query: Partial<Parameters<typeof read.logs>[0]>): Promise<unknown> =>
      read.logs({ ...whole, limit: 10, ...query });
    assert.deepEqual(await found({}), lines);
    assert.deepEqual(await found({ text: "100% full" }), lines.slice(0, 1));
    assert.deepEqual(await found({ text: "_満杯\\です'" }), lines.slice(2));
    assert.deepEqual(await found({ text: "%" }), lines.slice(0, 1));
    assert.deepEqual(await found({ source: "sshd" }), lines.slice(2));
    assert.deepEqual(await found({ host: "web1", limit: 1 }), lines.slice(0, 1));
  });
}
