import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { NewEvent } from "../../src/kernel/event.ts";
import { startAccess, type AccessFixture } from "./access-fixture.ts";
import { cliToken } from "./web-fixture.ts";

let web: AccessFixture;
before(async () => {
  web = await startAccess();
  await web.addAccount("yamada", "admin");
});
after(() => web.close());

interface Item {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly kind: string;
  readonly text: { readonly ja: string; readonly en: string };
  readonly from: string | null;
}

const get = (path: string) =>
  web.ask(path, { headers: { authorization: `Bearer ${cliToken}`, accept: "application/json" } });

async function page(query: string): Promise<{ items: Item[]; next: string | null }> {
  const answer = await get(`/api/v1/audit-log?${query}`);
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text) as { items: Item[]; next: string | null };
}

function append(...events: (Pick<NewEvent, "kind" | "actor"> & Partial<NewEvent>)[]): Promise<void> {
  return web.ledger.transaction(async (tx) => {
    for (const event of events) await tx.append({ incidentId: null, data: {}, ...event });
  });
}

test("invariant 8: what was done has its actor, its words and its address; what koboshi saw by itself is not in it", async () => {
  await append(
    { kind: "signal.opened", actor: "koboshi" },
    { kind: "change.noted", actor: "person:sato", data: { text: "proxy 60 -> 300" } },
    { kind: "hub.started", actor: "koboshi" },
  );
  await web.signIn("yamada");
  const { items } = await page("limit=10");
  assert.deepEqual(
    items.map(({ kind, actor }) => `${kind} ${actor}`),
    ["session.opened person:yamada", "hub.started koboshi", "change.noted person:sato", "account.created token:cli"],
  );
  assert.equal(items[0]?.from, "127.0.0.1");
  assert.equal(items[2]?.text.ja, "変更: proxy 60 -> 300");
  assert.match(items[2]?.at ?? "", /^2026-11-22T.*\+09:00$/);
});

test("it is filtered by actor, kind and days of the site's zone, and read page by page", async () => {
  assert.deepEqual(
    (await page("actor=person:sato")).items.map(({ kind }) => kind),
    ["change.noted"],
  );
  assert.deepEqual((await page("kind=account.created")).items.length, 1);
  assert.equal((await page("from=2026-11-22&to=2026-11-22")).items.length, 4, "2:12 in Tokyo is still the 21st in UTC");
  assert.equal((await page("to=2026-11-21")).items.length, 0);
  assert.equal((await page("from=2026-11-21T17:00:00Z")).items.length, 4);
  assert.equal((await page("from=2026-11-23")).items.length, 0);
  assert.equal((await get("/api/v1/audit-log?from=yesterday")).status, 400);
  assert.equal((await get("/api/v1/audit-log?kind=nonsense")).status, 400);
  const first = await page("limit=3");
  const second = await page(`limit=3&cursor=${first.next}`);
  assert.deepEqual([first.items.length, second.items.length, second.next], [3, 1, null]);
});

test("the export holds every record, and nothing a spreadsheet would run", async () => {
  const formula = `=HYPERLINK("http://evil.test","x")`;
  await append(
    ...Array.from({ length: 1_203 }, (_, nth) => ({
      kind: "change.noted" as const,
      actor: "person:=cmd" as const,
      data: { text: nth === 0 ? `${formula}\nsecond line` : `change ${nth}` },
    })),
  );
  await append({ kind: "session.refused", actor: "koboshi", data: { name: "x", from: "@SUM(1)" } });
  const csv = await get("/api/v1/audit-log.csv?lang=en");
  assert.match(String(csv.headers["content-disposition"]), /koboshi-audit\.csv/);
  assert.ok(csv.text.startsWith("\ufeffseq,at,actor,name,kind,text,from,incident\r\n"));
  assert.equal(csv.text.split("\r\n").length - 2, 4 + 1_203 + 1);
  assert.ok(csv.text.includes(`"Change: ${formula.replaceAll('"', '""')}\nsecond line"`));
  assert.ok(csv.text.includes(",'=cmd,") && csv.text.includes(",'@SUM(1),"));
  const lines = (await get("/api/v1/audit-log.json?actor=person:=cmd")).text.trimEnd().split("\n");
  assert.equal(lines.length, 1_203);
  assert.equal((JSON.parse(lines[0] ?? "") as Item).actor, "person:=cmd");
});

test("the page shows it to administrators, with the same filter for the file", async () => {
  const { cookie } = await web.signIn("yamada");
  const shown = await web.ask("/settings/audit?actor=person:sato&from=2026-11-22", { headers: { cookie } });
  assert.equal(shown.status, 200);
  assert.ok(/proxy 60 -(?:>|&gt;) 300/.test(shown.text) && !shown.text.includes("change 7"));
  assert.ok(shown.text.includes("/api/v1/audit-log.csv?actor=person%3Asato&amp;from=2026-11-22&amp;lang=ja"));
  const older = /href="(\/settings\/audit\?cursor=\d+)"/.exec(
    (await web.ask("/settings/audit", { headers: { cookie } })).text,
  );
  assert.equal((await web.ask(older?.[1] ?? "", { headers: { cookie } })).status, 200);
  const file = await web.ask("/api/v1/audit-log.csv", { headers: { cookie } });
  assert.equal(file.status, 200, "a session may take the file along");
  await web.addAccount("rei", "responder");
  const rei = await web.signIn("rei");
  assert.equal((await web.ask("/settings/audit", { headers: { cookie: rei.cookie } })).status, 403);
  assert.equal((await web.ask("/settings/audit?cursor=x", { headers: { cookie } })).status, 400);
});
