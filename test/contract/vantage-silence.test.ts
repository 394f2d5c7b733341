import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { ChannelSpec, Person, Site } from "../../src/kernel/model/site.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { silenceKitOf } from "../../src/observe/vantage/silence-kit.ts";
import { createSilenceWatch } from "../../src/observe/vantage/silence-watch.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { startRelay, type MailRelay } from "../doubles/mail-relay.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { until, vantagesOf } from "../doubles/vantage-bench.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const minuteMs = 60_000;
/** One look; a mail on its way must not see half a minute pass. */
const lookMs = 5_000;

function person(key: string, lang: Person["lang"]): Person {
  return { key, name: key, mail: `${key}@example.jp`, phone: null, lang };
}

function siteWith(port: number): Site {
  const mail: ChannelSpec = {
    kind: "mail",
    key: "mail",
    smtp: { host: "127.0.0.1", port, tls: "starttls-if-offered" },
    user: "koboshi",
    password: new Secret("hunter2", "a test"),
    from: "koboshi@example.jp",
  };
  const people = [person("yamada", "ja"), person("ben", "en"), person("chie", "ja")];
  return {
    ...watchedSite({ services: {} }),
    name: "オムニ商会",
    people: new Map(people.map((one) => [one.key, one])),
    vantages: vantagesOf({ office: "token" }),
    notify: {
      channels: new Map([["mail", mail]]),
      escalate: new Map([
        ["default", ["yamada", "ben"].map((tell) => ({ afterMs: 0, tell, by: ["mail"], only: null }))],
      ]),
      quiet: null,
    },
  };
}

interface Office {
  readonly clock: FakeClock;
  readonly relay: MailRelay;
  readonly hub: { heardMs: number | null; line: boolean };
  readonly file: string;
  watch(): ReturnType<typeof createSilenceWatch>;
}

async function withOffice(body: (office: Office) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-silence-"));
  const relay = await startRelay({
    authOptional: false,
    onAuth: (_auth, _session, done) => done(null, { user: "koboshi" }),
  });
  const clock = createFakeClock();
  const file = path.join(folder, "silence.json");
  const hub = { heardMs: null as number | null, line: true };
  const open: ReturnType<typeof createSilenceWatch>[] = [];
  try {
    await body({
      clock,
      relay,
      hub,
      file,
      watch() {
        const watch = createSilenceWatch({
          clock,
          log: recordingLog(),
          vantage: "office",
          file,
          heardMs: () => hub.heardMs,
          canSee: async () => hub.line,
        });
        open.push(watch);
        watch.start();
        return watch;
      },
    });
  } finally {
    for (const watch of open) watch.stop();
    await relay.close();
    fs.rmSync(folder, { recursive: true });
  }
}

test("a vantage mails by itself when the hub is silent for five minutes, once, and once more when it is heard", () =>
  withOffice(async ({ clock, relay, hub, file, watch }) => {
    hub.heardMs = clock.monotonicMs();
    const office = watch();
    office.use(silenceKitOf(siteWith(relay.port), "office"));
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    await clock.advance(5 * minuteMs - lookMs);
    assert.equal(relay.mails.length, 0);
    await clock.advance(lookMs);
    await until("both are told", () => fs.readFileSync(file, "utf8").includes('"ben@example.jp"]'));
    const [ja, en] = relay.mails;
    assert.deepEqual(ja?.to, ["yamada@example.jp"]);
    assert.equal(ja.mail.subject, "■ koboshi 本体から5分連絡がありません (オムニ商会)");
    assert.match(ja.mail.text ?? "", /監視が止まっている可能性があります/);
    assert.match(en?.mail.subject ?? "", /^■ No word from koboshi itself for 5 min/);
    await clock.advance(30 * minuteMs);
    assert.equal(relay.mails.length, 2);
    hub.heardMs = clock.monotonicMs();
    await clock.advance(lookMs);
    await until("both hear of the end", () => relay.mails.length === 4);
    assert.match(relay.mails[2]?.mail.subject ?? "", /連絡が戻りました/);
    assert.equal(relay.mails[2]?.mail.inReplyTo, ja.mail.messageId);
  }));

test("a vantage that starts anew in the middle of a silence does not mail twice; without a line it waits", () =>
  withOffice(async ({ clock, relay, hub, file, watch }) => {
    hub.heardMs = clock.monotonicMs();
    const first = watch();
    first.use(silenceKitOf(siteWith(relay.port), "office"));
    hub.line = false;
    await clock.advance(8 * minuteMs);
    assert.equal(relay.mails.length, 0);
    hub.line = true;
    await clock.advance(lookMs);
    await until("both are told", () => fs.readFileSync(file, "utf8").includes('"ben@example.jp"]'));
    first.stop();
    hub.heardMs = null;
    watch();
    await clock.advance(10 * minuteMs);
    assert.equal(relay.mails.length, 2);
    hub.heardMs = clock.monotonicMs();
    await clock.advance(lookMs);
    await until("both hear of the end", () => relay.mails.length === 4);
  }));

test("before the hub handed anything out, and after it took it back, nothing is mailed", () =>
  withOffice(async ({ clock, relay, file, watch }) => {
    const office = watch();
    await clock.advance(10 * minuteMs);
    office.use(silenceKitOf(siteWith(relay.port), "office"));
    office.use(null);
    assert.equal(fs.existsSync(file), false);
    await clock.advance(10 * minuteMs);
    assert.equal(relay.mails.length, 0);
  }));

test("only those are told whom the escalation tells by mail, and only vantages that may tell are given it", () => {
  const site = siteWith(25);
  const kit = silenceKitOf(site, "office");
  assert.deepEqual(
    kit?.people.map(({ mail }) => mail),
    ["yamada@example.jp", "ben@example.jp"],
  );
  assert.match(JSON.stringify(kit), /hunter2/);
  assert.equal(silenceKitOf(site, "here"), null);
  const office = site.vantages.get("office") ?? assert.fail();
  const quiet = { ...site, vantages: new Map([["office", { ...office, tellsIfSilent: false }]]) };
  assert.equal(silenceKitOf(quiet, "office"), null);
});
