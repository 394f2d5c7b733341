import net from "node:net";
import { ok } from "../kernel/result.ts";
import { phases, stop, type Attempt, type Step } from "./attempt.ts";
import { converse, type Conversation } from "./replies.ts";
import type { Certificate } from "./certificate.ts";
import { secure, type Handshake } from "./tls.ts";

export interface SmtpHello {
  readonly banner: string;
  /** what the server offers after the last EHLO, upper case: `STARTTLS`, `SIZE 10240000` … */
  readonly offers: readonly string[];
  /** null when nothing was encrypted */
  readonly certificate: Certificate | null;
}

export interface HelloWanted {
  readonly handshake: Handshake;
  /** `none`, from the first byte on (port 465), or asked for by STARTTLS */
  readonly encryption: "none" | "implicit" | "starttls";
}

interface Reply {
  readonly code: number;
  /** the lines' texts, without code */
  readonly lines: readonly string[];
  readonly text: string;
}

const quitWithinMs = 1_000;

/**
 * Greets a mail server as far as it goes without sending mail: banner, EHLO, STARTTLS when wanted, EHLO again, QUIT.
 * Source: RFC 5321 §3.1, §4.2; RFC 3207.
 */
export async function greet(attempt: Attempt, socket: net.Socket, wanted: HelloWanted): Promise<Step<SmtpHello>> {
  const { handshake, encryption } = wanted;
  if (encryption !== "implicit") return greetPlain(attempt, socket, wanted);
  const secured = await secure(attempt, socket, handshake);
  if (!secured.ok) return secured;
  const talk = converse(attempt, secured.value.socket);
  const banner = await expectReply(talk.hear(phases.firstByte, replyEnd), 220);
  if (!banner.ok) return banner;
  return finish(talk, secured.value.socket, {
    banner: bannerOf(attempt, banner.value),
    certificate: secured.value.certificate,
  });
}

async function greetPlain(
  attempt: Attempt,
  socket: net.Socket,
  { handshake, encryption }: HelloWanted,
): Promise<Step<SmtpHello>> {
  const talk = converse(attempt, socket);
  const greeting = await expectReply(talk.hear(phases.firstByte, replyEnd), 220);
  if (!greeting.ok) return greeting;
  const banner = bannerOf(attempt, greeting.value);
  if (encryption === "none") return finish(talk, socket, { banner, certificate: null });
  const hello = await ehlo(talk, socket);
  if (!hello.ok) return hello;
  if (!hello.value.includes("STARTTLS")) return stop("protocol", "no-starttls", `offers: ${hello.value.join(", ")}`);
  const ready = await command(talk, "STARTTLS", 220);
  if (!ready.ok) return ready;
  // what was sent in clear after this point could have been put there by anyone
  if (talk.pending() !== "") return stop("protocol", "not-smtp", "text before the TLS handshake");
  talk.leave();
  const secured = await secure(attempt, socket, handshake);
  if (!secured.ok) return secured;
  return finish(converse(attempt, secured.value.socket), secured.value.socket, {
    banner,
    certificate: secured.value.certificate,
  });
}

async function finish(
  talk: Conversation,
  socket: net.Socket,
  seen: Pick<SmtpHello, "banner" | "certificate">,
): Promise<Step<SmtpHello>> {
  const offers = await ehlo(talk, socket);
  if (!offers.ok) return offers;
  talk.say("QUIT\r\n");
  // politeness only: a server that does not say goodbye still serves
  await talk.hear({ ...phases.talk, limitMs: quitWithinMs }, replyEnd);
  return ok({ ...seen, offers: offers.value });
}

/** @returns the offers, upper case; the first line is the server's name and is left out */
async function ehlo(talk: Conversation, socket: net.Socket): Promise<Step<readonly string[]>> {
  const reply = await command(talk, `EHLO ${ownLiteral(socket)}`, 250);
  return reply.ok ? ok(reply.value.lines.slice(1).map((line) => line.toUpperCase())) : reply;
}

function command(talk: Conversation, line: string, expected: number): Promise<Step<Reply>> {
  talk.say(`${line}\r\n`);
  return expectReply(talk.hear(phases.talk, replyEnd), expected);
}

/** An address literal is right for a client without a name of its own. Source: RFC 5321 §4.1.3. */
function ownLiteral({ localAddress = "127.0.0.1" }: net.Socket): string {
  return net.isIPv6(localAddress) ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
}

/** Where the first whole reply ends: its last line is the first without a hyphen after the code; null when it is not there yet. */
function replyEnd(text: string): number | null {
  for (let start = 0; ;) {
    const end = text.indexOf("\n", start);
    if (end < 0) return null;
    if (!/^\d{3}-/.test(text.slice(start, start + 4))) return end + 1;
    start = end + 1;
  }
}

async function expectReply(heard: Promise<Step<string>>, expected: number): Promise<Step<Reply>> {
  const said = await heard;
  if (!said.ok) return said;
  const text = said.value.trimEnd();
  const lines = text.split(/\r?\n/);
  if (!lines.every((line) => /^\d{3}(?:[ -]|$)/.test(line))) return stop("protocol", "not-smtp", text);
  const code = Number(text.slice(0, 3));
  if (code !== expected) return stop("application", "status", text);
  return ok({ code, lines: lines.map((line) => line.slice(4)), text });
}

function bannerOf(attempt: Attempt, { text }: Reply): string {
  attempt.facts["banner"] = text.slice(0, 500);
  return text;
}
