import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Secret } from "../../../src/kernel/secret.ts";
import { webhook } from "../../../src/respond/channels/webhook.ts";
import { startReceiver } from "../../doubles/hook-receiver.ts";
import { closedPort, startRaw } from "../../doubles/mail-relay.ts";
import { webhookTo } from "../../doubles/notice-site.ts";
import { channelSuite, failure, messageFor, send } from "./channel-suite.ts";

channelSuite(webhook, {
  secret: "hush",
  async taking() {
    const receiver = await startReceiver();
    return { spec: webhookTo(receiver.port), taken: () => receiver.posts.length, close: receiver.close };
  },
  async refusing() {
    return webhookTo(await closedPort());
  },
  async silent() {
    const server = await startRaw();
    return { spec: webhookTo(server.port), close: server.close };
  },
});

test("webhook: the body is the contract's, and the signature covers timestamp and body", async (t) => {
  const receiver = await startReceiver();
  t.after(receiver.close);
  const spec = { ...webhookTo(receiver.port), secret: new Secret("given in the file", "a test") };
  await send(webhook, spec);
  await send(webhook, webhookTo(receiver.port));
  const [given, made] = receiver.posts;
  assert.ok(given !== undefined && made !== undefined);
  assert.deepEqual(JSON.parse(given.body), {
    schema: "koboshi.notice/1",
    event: "incident.opened",
    incident: { id: 241 },
    text: {
      ja: "■障害 ネットショップが止まっています(2:12から)#241\n\nネットショップが止まっています。\n",
      en: "■DOWN Net shop since 02:12 #241\n\nNet shop is down.\n",
    },
  });
  assert.equal(given.headers["x-koboshi-id"], messageFor().id);
  for (const [post, secret] of [
    [given, "given in the file"],
    [made, "made by koboshi"],
  ] as const) {
    const timestamp = String(post.headers["x-koboshi-timestamp"]);
    assert.ok(Math.abs(Number(timestamp) - Date.now() / 1_000) < 5);
    const hex = createHmac("sha256", secret).update(`${timestamp}.${post.body}`).digest("hex");
    assert.equal(post.headers["x-koboshi-signature"], `sha256=${hex}`);
  }
});

test("webhook: the answer decides whether trying again can help", async (t) => {
  let [status, headers] = [200, {}];
  const receiver = await startReceiver((_post, response) => {
    response.writeHead(status, headers).end("told token=hush by mistake");
  });
  t.after(receiver.close);
  const expected: [number, string, boolean][] = [
    [301, "client", false],
    [400, "client", false],
    [401, "auth", false],
    [403, "auth", false],
    [404, "client", false],
    [408, "timeout", true],
    [410, "client", false],
    [429, "rate-limited", true],
    [500, "server", true],
    [502, "server", true],
    [503, "server", true],
  ];
  for (const [code, reason, retryable] of expected) {
    [status, headers] = [code, {}];
    const error = failure(await send(webhook, webhookTo(receiver.port)));
    assert.deepEqual([code, error.reason, error.retryable], [code, reason, retryable]);
    assert.match(error.text, new RegExp(`^127\\.0\\.0\\.1:\\d+ answered ${code}`));
    assert.ok(!error.text.includes("hush"), error.text);
  }
  [status, headers] = [503, { "retry-after": "120" }];
  assert.equal(failure(await send(webhook, webhookTo(receiver.port))).retryAfterMs, 120_000);
});

test("webhook: a redirect is not followed, so the signed facts go nowhere else", async (t) => {
  const elsewhere = await startReceiver();
  t.after(elsewhere.close);
  const receiver = await startReceiver((_post, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end();
  });
  t.after(receiver.close);
  assert.equal(failure(await send(webhook, webhookTo(receiver.port))).retryable, false);
  assert.equal(elsewhere.posts.length, 0);
});

test("webhook: an answer without end is cut, and 2xx counts as soon as it is said", async (t) => {
  let status = 500;
  const receiver = await startReceiver((_post, response) => {
    response.writeHead(status);
    const pour = (): void => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", pour);
    pour();
  });
  t.after(receiver.close);
  const error = failure(await send(webhook, webhookTo(receiver.port)));
  assert.equal(error.reason, "server");
  assert.ok(error.text.length <= 300);
  status = 200;
  assert.equal((await send(webhook, webhookTo(receiver.port))).ok, true);
});

test("webhook: an address that is none is said, not thrown", async () => {
  for (const url of ["not a url", "ftp://127.0.0.1/x", ""]) {
    const spec = { ...webhookTo(1), url: new Secret(url, "a test") };
    assert.deepEqual(failure(await send(webhook, spec)), {
      reason: "not-configured",
      retryable: false,
      text: "the address is not an http(s) URL",
    });
  }
});
