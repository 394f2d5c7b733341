import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { survivalRoutes } from "../../src/api/routes/survival.ts";
import { reportOf, type AuditAnswer } from "../../src/cli/audit-answer.ts";
import { auditText } from "../../src/cli/audit-text.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import type { BackupPlan } from "../../src/kernel/model/backup.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createAuditDesk } from "../../src/recover/index.ts";
import { unlooked } from "../doubles/bare-site.ts";
import { ask, startWeb, testSite } from "../integration/web-fixture.ts";

const target = { lockedForMs: null, keptMs: null, reader: null, maintainer: null, adopt: false };
const plan: BackupPlan = {
  key: "shop-data",
  with: "restic",
  host: "web1",
  paths: ["/srv"],
  databases: [],
  password: null,
  at: "15 3 * * *",
  to: [
    { ...target, at: "office", repo: "sftp:b@backup:/b", appendOnlyClaimed: false },
    { ...target, at: "cloud", repo: "s3:b/b", appendOnlyClaimed: true },
  ],
  keep: null,
  loseAtMostMs: 86_400_000,
  backWithinMs: 8 * 3_600_000,
  drill: null,
  keyAlso: [],
  consistency: null,
  hooks: { before: null, after: null },
  limits: { upBitsPerSecond: null, downBitsPerSecond: null },
  verify: { newestSql: null, markers: [] },
  allowMissing: [],
  priority: 2,
};

function withBackups(): Site {
  const host = { ...unlooked, key: "web1", at: "sakura", address: null, segment: null, user: null, port: 22 };
  return testSite({
    hosts: new Map([["web1", { ...host, hostKey: null, privateKey: null }]]),
    places: new Map(
      ["sakura", "office", "cloud"].map((key) => [key, { key, provider: key, account: null, region: null }] as const),
    ),
    backups: new Map([["shop-data", plan]]),
  });
}

const desk = createAuditDesk({ facts: async () => ({ site: withBackups(), nowMs: 1_795_305_600_000, copies: [] }) });

test("the page answers by its address alone, in both languages, with the grid and the formula", async () => {
  const web = await startWeb({ site: withBackups() });
  try {
    Object.assign(web.deps, { audit: desk });
    const { cookie } = await web.signIn();
    const page = async (query: string, lang: string): Promise<string> => {
      const answer = await ask(`${web.url}/survival${query}`, { headers: { cookie, "accept-language": lang } });
      assert.equal(answer.status, 200, answer.text.slice(0, 300));
      return answer.text;
    };
    const ja = await page("?without=place%3Asakura&planned=1", "ja");
    assert.match(ja, /置き場所 sakura の喪失でも shop-data は/);
    assert.match(ja, /目標 8時間/);
    assert.match(ja, /<option value="place:sakura" selected/);
    const en = await page("?without=place%3Asakura&planned=1&lang=en", "en");
    assert.match(en, /shop-data survives at/);
    const all = await page("?lang=en", "en");
    assert.match(all, /What your answers would decide most/);
    assert.match(all, /Every loss, the worst first/);
    const none = await ask(`${web.url}/survival?without=nosuch`, { headers: { cookie } });
    assert.equal(none.status, 404);
  } finally {
    await web.close();
  }
});

test("the API gives the command's answer", async () => {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  survivalRoutes(app, { site: withBackups, audit: desk });
  const answer = await app.inject("/api/v1/audit?without=sakura&without=cloud&planned=1");
  assert.equal(answer.statusCode, 200, answer.body);
  const json = answer.json<{ without: string[]; ok: boolean; copies: { place: string; survives: unknown }[] }>();
  assert.deepEqual(json.without, ["place:sakura", "place:cloud"]);
  assert.deepEqual(
    json.copies.map(({ place, survives }) => [place, survives]),
    [
      ["office", true],
      ["cloud", false],
    ],
  );
  assert.equal((await app.inject("/api/v1/audit")).json<{ events: unknown[] }>().events.length > 10, true);
  const terminal = createTerminal({ isTty: false, noColour: true, env: {} });
  const showing = { lang: "ja", terminal, timeZone: "Asia/Tokyo" } as const;
  for (const [query, without] of [
    ["", []],
    ["?without=sakura", ["sakura"]],
  ] as const) {
    const given = (await app.inject(`/api/v1/audit${query}`)).json<AuditAnswer>();
    const report = await desk.audit({ planned: false, without });
    assert.equal(auditText(reportOf(given), showing), auditText(report, showing), "as the hub itself would say it");
  }
  await app.close();
});
