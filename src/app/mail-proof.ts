import { createHash, randomInt } from "node:crypto";
import type { Clock, Stamp } from "../kernel/clock.ts";
import { later, remainingMs, stampNow } from "../kernel/clock.ts";
import { randomId } from "../kernel/ids.ts";
import { langs, type Lang } from "../kernel/lang.ts";
import type { Channel, ChannelMessage, NoticeText } from "../kernel/model/channel.ts";
import type { Undelivered } from "../kernel/model/notice.ts";
import type { ChannelSpec, Person } from "../kernel/model/site.ts";
import { ok, type Result } from "../kernel/result.ts";
import { firstRunWords } from "../words/first-run.ts";
import type { MailProof } from "../web/deps.ts";
import { sendDirect } from "./direct-send.ts";

export interface MailProofDeps {
  readonly clock: Clock;
  readonly channels: readonly Channel[];
}

interface Sent {
  readonly hash: string;
  readonly to: string;
  readonly until: Stamp;
  left: number;
}

const codeLifeMs = 10 * 60_000;
const triesPerCode = 5;
const mostWaiting = 50;

/** Proves that a mail arrives: sends a number only its reader can know, and compares it once typed. */
export function createMailProof({ clock, channels }: MailProofDeps): MailProof {
  const waiting = new Map<string, Sent>();

  return {
    async send({ to, channel: spec, lang }) {
      const code = String(randomInt(0, 1_000_000)).padStart(6, "0");
      const sent = await sendCode({ clock, channels }, { to, spec, lang, code });
      if (!sent.ok) return sent;
      const ticket = randomId();
      if (waiting.size >= mostWaiting) waiting.delete(waiting.keys().next().value ?? "");
      waiting.set(ticket, { hash: hashOf(code), to, until: later(stampNow(clock), codeLifeMs), left: triesPerCode });
      return ok({ ticket });
    },
    check({ ticket, to, code }) {
      const sent = waiting.get(ticket);
      if (sent === undefined || sent.to !== to || remainingMs(clock, sent.until) <= 0) return "expired";
      if (sent.left <= 0) return "too-often";
      if (hashOf(digitsOf(code)) === sent.hash) return "right";
      sent.left -= 1;
      return sent.left > 0 ? "wrong" : "too-often";
    },
  };
}

/** As a phone writes them: full-width figures, spaces and all. */
function digitsOf(code: string): string {
  return code.normalize("NFKC").replaceAll(/\D/g, "");
}

function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}

interface Wanted {
  readonly to: string;
  readonly spec: ChannelSpec;
  readonly lang: Lang;
  readonly code: string;
}

async function sendCode(
  { clock, channels }: MailProofDeps,
  { to, spec, lang, code }: Wanted,
): Promise<Result<void, Undelivered>> {
  const person: Person = { key: "me", name: to, mail: to, phone: null, lang };
  const texts = Object.fromEntries(
    langs.map((one): [Lang, NoticeText] => [
      one,
      { subject: firstRunWords(one).mailSubject(code), body: firstRunWords(one).mailBody(code) },
    ]),
  ) as ChannelMessage["texts"];
  const message: ChannelMessage = {
    id: `proof-${randomId()}`,
    threadId: null,
    kind: "test",
    incidentId: 0,
    severity: "info",
    person,
    lang,
    texts,
    links: [],
    incident: null,
  };
  return sendDirect({ clock, channels }, { spec, message, madeSecret });
}

function madeSecret(): Promise<never> {
  return Promise.reject(new Error("a mail carries no signature"));
}
