import assert from "node:assert/strict";
import { test } from "node:test";
import { createMailProof } from "../../src/app/mail-proof.ts";
import type { Channel, ChannelMessage } from "../../src/kernel/model/channel.ts";
import { err, ok } from "../../src/kernel/result.ts";
import type { MailProof } from "../../src/web/deps.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";

const spec = { kind: "mail", key: "mail", smtp: null, user: null, password: null, from: "koboshi@example.jp" } as const;

interface Bench {
  readonly proof: MailProof;
  readonly clock: FakeClock;
  readonly sent: ChannelMessage[];
}

function bench(answer: Channel["send"] = () => Promise.resolve(ok(undefined))): Bench {
  const clock = createFakeClock();
  const sent: ChannelMessage[] = [];
  const mail: Channel = {
    kind: "mail",
    summary: { ja: "", en: "" },
    audience: "person",
    reaches: () => true,
    send(to, message, context) {
      sent.push(message);
      return answer(to, message, context);
    },
  };
  return { proof: createMailProof({ clock, channels: [mail] }), clock, sent };
}

async function ticketOf({ proof }: Bench, to = "me@example.jp"): Promise<string> {
  const sent = await proof.send({ to, channel: spec, lang: "ja" });
  assert.ok(sent.ok);
  return sent.value.ticket;
}

const codeOf = ({ sent }: Bench): string => /\d{6}/.exec(sent.at(-1)?.texts.ja.subject ?? "")?.[0] ?? "";

test("the number in the mail is right, in any way a phone writes it, and stays right until it is used up", async () => {
  const made = bench();
  const ticket = await ticketOf(made);
  const code = codeOf(made);
  const asked = { ticket, to: "me@example.jp" };
  assert.equal(made.proof.check({ ...asked, code }), "right");
  assert.equal(made.proof.check({ ...asked, code: ` ${code.slice(0, 3)}-${code.slice(3)} ` }), "right");
  const wide = code.replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  assert.equal(made.proof.check({ ...asked, code: wide }), "right");
  assert.ok(!JSON.stringify(ticket).includes(code));
});

test("the fifth wrong number makes it void for good", async () => {
  const made = bench();
  const asked = { ticket: await ticketOf(made), to: "me@example.jp" };
  const verdicts = Array.from({ length: 5 }, () => made.proof.check({ ...asked, code: "x" }));
  assert.deepEqual(verdicts, ["wrong", "wrong", "wrong", "wrong", "too-often"]);
  assert.equal(made.proof.check({ ...asked, code: codeOf(made) }), "too-often");
});

test("it is good for ten minutes, for one address, by its own ticket", async () => {
  const made = bench();
  const ticket = await ticketOf(made);
  const code = codeOf(made);
  assert.equal(made.proof.check({ ticket, to: "you@example.jp", code }), "expired");
  assert.equal(made.proof.check({ ticket: "another", to: "me@example.jp", code }), "expired");
  await made.clock.advance(10 * 60_000);
  assert.equal(made.proof.check({ ticket, to: "me@example.jp", code }), "expired");
});

test("a mail that was not taken gives no ticket, and says why", async () => {
  const refused = bench(() => Promise.resolve(err({ reason: "client", retryable: false, text: "550 no such user" })));
  const sent = await refused.proof.send({ to: "me@example.jp", channel: spec, lang: "en" });
  assert.deepEqual(sent, { ok: false, error: { reason: "client", retryable: false, text: "550 no such user" } });
});

test("a relay that never answers is left after fifteen seconds", async () => {
  const silent = bench(
    (_to, _message, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(err({ reason: "timeout", retryable: true, text: "silent" })));
      }),
  );
  const sending = silent.proof.send({ to: "me@example.jp", channel: spec, lang: "ja" });
  await silent.clock.advance(15_000);
  assert.equal((await sending).ok, false);
});

test("a channel that breaks is bad news, not a crash", async () => {
  const broken = bench(() => Promise.reject(new Error("out of sockets")));
  const sent = await broken.proof.send({ to: "me@example.jp", channel: spec, lang: "ja" });
  assert.ok(!sent.ok && sent.error.text.includes("out of sockets"));
});
