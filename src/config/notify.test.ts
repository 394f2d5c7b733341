import assert from "node:assert/strict";
import { test } from "node:test";
import type { EscalationStep, NotifySpec } from "../kernel/model/site.ts";
import { checkConfigText } from "./load.ts";
import { thisMachine } from "./machine.ts";
import { formatFindings } from "./print.ts";

const machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp", hasSendmail: false };
const people = "people: { a: a@example.jp, b: b@example.jp, c: { phone: '1' } }";

function notifyOf(notify: string, site = "{}"): NotifySpec {
  const text = `version: 1\nsite: ${site}\n${people}\nservices: { www: https://www.example.jp }\nnotify: ${notify}\n`;
  const outcome = checkConfigText(text, "k.yml", { machine });
  assert.ok(outcome.plan !== null, formatFindings(outcome, { lang: "en" }));
  return outcome.plan.site.notify;
}

function defaultOf(notify: string): readonly EscalationStep[] {
  return notifyOf(notify).escalate.get("default") ?? [];
}

const mail = "mail: { smtp: smtp://127.0.0.1 }";
const hook = 'hook: { webhook: "${env:HOOK}" }';

test("without a policy everyone with a mail address is told at once, and every webhook", () => {
  assert.deepEqual(defaultOf(`{ channels: { ${mail}, ${hook} } }`), [
    { afterMs: 0, tell: "a", by: ["mail"], only: null },
    { afterMs: 0, tell: "b", by: ["mail"], only: null },
    { afterMs: 0, tell: null, by: ["hook"], only: null },
  ]);
});

test("a policy that only names channels of later versions tells everyone instead of nobody", () => {
  const call = "call: { provider: twilio }";
  const steps = defaultOf(`{ channels: { ${mail}, ${call} }, escalate: { default: [ { tell: a, by: call } ] } }`);
  assert.deepEqual(
    steps.map(({ tell }) => tell),
    ["a", "b"],
  );
});

test("steps are in the order of their time; several people are several steps", () => {
  const steps = defaultOf(
    `{ channels: { ${mail} }, escalate: { default: [ { after: 5m, tell: b }, { tell: [a, b], only: critical } ] } }`,
  );
  assert.deepEqual(
    steps.map(({ afterMs, tell, only }) => [afterMs, tell, only]),
    [
      [0, "a", "critical"],
      [0, "b", "critical"],
      [300_000, "b", null],
    ],
  );
});

test("a channel's kind is said, or its name, or told by its keys", () => {
  const { channels } = notifyOf(
    `{ channels: { relay: { smtp: "smtps://[2001:db8::1]" }, x: { kind: webhook, webhook: "https://h.example" } } }`,
  );
  const relay = channels.get("relay");
  assert.deepEqual(relay?.kind === "mail" ? relay.smtp : null, { host: "2001:db8::1", port: 465, tls: "implicit" });
  assert.equal(channels.get("x")?.kind, "webhook");
});

function from(site: string): string {
  const channel = notifyOf(`{ channels: { ${mail} } }`, site).channels.get("mail");
  return channel?.kind === "mail" ? channel.from : "";
}

test("mail is sent as koboshi@ the host of site.url, else of this machine", () => {
  assert.equal(from("{ url: https://k.example.jp/ }"), "koboshi@k.example.jp");
  assert.equal(from("{ url: http://localhost:7373 }"), "koboshi@hub.example.jp");
  assert.equal(from("{}"), "koboshi@hub.example.jp");
});
