import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogDesk, LogSearch } from "../../src/kernel/ports-logs.ts";
import { noLogs } from "../doubles/no-logs.ts";
import { ask, startWeb } from "./web-fixture.ts";

const atMs = Date.UTC(2026, 10, 21, 17, 5);

function desk(asked: LogSearch[] = []): LogDesk {
  return noLogs({
    search: async (query) => {
      asked.push(query);
      return [
        {
          seq: 7,
          atMs,
          source: "web1:/var/log/app.log",
          host: "web1",
          program: "mysqld",
          severity: 3,
          format: "syslog",
          templateId: "abc",
          fields: { status: 500 },
          text: "Error <b>writing</b> (No space left on device)",
        },
      ];
    },
    templatesAround: async ({ fromMs, toMs, compareMs }) => ({
      fromMs,
      toMs,
      comparedFromMs: fromMs - compareMs,
      rows: (["new", "gone"] as const).map((news) => ({
        source: "web1:/var/log/app.log",
        host: "web1",
        templateId: news,
        template: `${news} <*> lines`,
        news,
        count: news === "gone" ? 0 : 14,
        usual: news === "gone" ? 4 : 0,
        firstAtMs: atMs,
        lastAtMs: atMs,
        severity: 3,
        example: "x",
      })),
    }),
    state: () => ({
      ...noLogs().state(),
      backlogBytes: 45_000_000,
      sources: [
        {
          key: "web1:/var/log/secret.log",
          host: "web1",
          kind: "file",
          at: "/var/log/secret.log",
          state: "failed",
          problem: "denied",
          seen: "EACCES",
          format: null,
          lagBytes: 0,
          dropped: 0,
          lastAtMs: null,
          lines: 0,
        },
      ],
    }),
  });
}

test("the page begins with what is not as usual, says what cannot be read, and finds lines without a script", async () => {
  const web = await startWeb();
  const asked: LogSearch[] = [];
  Object.assign(web.deps, { logs: desk(asked) });
  try {
    const page = await ask(`${web.url}/logs`);
    assert.equal(page.status, 200);
    for (const text of ["新しい", "new &lt;*> lines", "消えた", "読む権限がありません", "45 MB を読み込み中です"])
      assert.ok(page.text.includes(text), `${text}\n${page.text.slice(page.text.indexOf("<main"), 9_000)}`);
    assert.equal(asked.length, 0);
    const found = await ask(`${web.url}/logs?text=space&field=status%3D500&severity=3&lang=en`);
    assert.ok(found.text.includes("mysqld: Error &lt;b>writing&lt;/b> (No space left on device)"));
    assert.deepEqual([asked[0]?.text, asked[0]?.fields, asked[0]?.severityAtMost], ["space", { status: "500" }, 3]);
    assert.equal((await ask(`${web.url}/logs?field=odd`)).status, 400);
    const incident = await web.openIncident();
    const around = await ask(`${web.url}/logs?incident=${incident.id}`);
    assert.ok(around.text.includes(`障害 #${incident.id} の前後`));
    assert.equal((await ask(`${web.url}/logs?incident=999`)).status, 404);
  } finally {
    await web.close();
  }
});

test("without any log the page says in one line how to add one", async () => {
  const web = await startWeb();
  try {
    const page = await ask(`${web.url}/logs?lang=en`);
    assert.ok(page.text.includes("logs: [ /var/log/syslog ]"));
  } finally {
    await web.close();
  }
});
