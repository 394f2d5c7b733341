import type net from "node:net";
import { err, ok } from "../kernel/result.ts";
import { blind, phases, stop, type Attempt, type Step, type Stop } from "./attempt.ts";
import {
  fitsOneLine,
  plainLogin,
  withoutLogin,
  type MailboxHello,
  type MailboxLogin,
  type MailboxWanted,
} from "./mailbox-login.ts";
import { printable } from "./printable.ts";
import { converse, type Conversation } from "./replies.ts";
import { secure } from "./tls.ts";

const logoutWithinMs = 1_000;
const bannerChars = 500;

export interface Imap extends MailboxHello {
  /** what the session runs on, encrypted where it was asked for: for whoever reads bytes where this reads lines */
  readonly line: net.Socket;
  /** @returns the untagged lines before the answer, without their `* ` */
  command(line: string): Promise<Step<readonly string[]>>;
  /** One that does not say goodbye has still served. */
  logout(): Promise<void>;
}

/** Opens an IMAP server as far as asked for: greeting, STARTTLS, CAPABILITY, login. Source: RFC 3501, RFC 9051. */
export async function openImap(attempt: Attempt, socket: net.Socket, wanted: MailboxWanted): Promise<Step<Imap>> {
  const opened = await encrypted(attempt, socket, wanted);
  if (!opened.ok) return opened;
  const { talk, hello, line } = opened.value;
  const command = commandOf(talk);
  const offers = await capabilities(command);
  if (!offers.ok) return offers;
  const session: Imap = {
    ...hello,
    line,
    offers: offers.value,
    command,
    async logout() {
      talk.say("bye LOGOUT\r\n");
      await talk.hear({ ...phases.talk, limitMs: logoutWithinMs }, (text) => answerEnd(text, "bye"));
    },
  };
  if (wanted.login === null || hello.isPreauthenticated) return ok(session);
  const entered = await logIn(session, wanted.login);
  if (!entered.ok) return entered;
  // a server offers more to who has logged in
  const inside = await capabilities(command);
  return inside.ok ? ok({ ...session, offers: inside.value }) : inside;
}

type Command = Imap["command"];

interface Opened {
  readonly talk: Conversation;
  readonly line: net.Socket;
  readonly hello: Omit<MailboxHello, "offers"> & { readonly isPreauthenticated: boolean };
}

async function encrypted(
  attempt: Attempt,
  socket: net.Socket,
  { handshake, encryption }: MailboxWanted,
): Promise<Step<Opened>> {
  if (encryption === "implicit") {
    const secured = await secure(attempt, socket, handshake);
    if (!secured.ok) return secured;
    const talk = converse(attempt, secured.value.socket);
    const greeted = await greeting(attempt, talk);
    if (!greeted.ok) return greeted;
    const { certificate, socket: line } = secured.value;
    return ok({ talk, line, hello: { ...greeted.value, certificate } });
  }
  const talk = converse(attempt, socket);
  const greeted = await greeting(attempt, talk);
  if (!greeted.ok) return greeted;
  if (encryption === "none") return ok({ talk, line: socket, hello: { ...greeted.value, certificate: null } });
  const command = commandOf(talk);
  const offers = await capabilities(command);
  if (!offers.ok) return offers;
  if (!offers.value.includes("STARTTLS")) return stop("protocol", "no-starttls", `offers: ${offers.value.join(", ")}`);
  const ready = await command("STARTTLS");
  if (!ready.ok) return ready;
  // what was sent in clear after this point could have been put there by anyone
  if (talk.pending() !== "") return stop("protocol", "not-imap", "text before the TLS handshake");
  talk.leave();
  const secured = await secure(attempt, socket, handshake);
  if (!secured.ok) return secured;
  const { certificate, socket: safe } = secured.value;
  return ok({ talk: converse(attempt, safe), line: safe, hello: { ...greeted.value, certificate } });
}

async function greeting(
  attempt: Attempt,
  talk: Conversation,
): Promise<Step<{ readonly banner: string; readonly isPreauthenticated: boolean }>> {
  const heard = await talk.hear(phases.firstByte, (text) => {
    const end = text.indexOf("\n");
    return end < 0 ? null : end + 1;
  });
  if (!heard.ok) return heard;
  const text = heard.value.trimEnd();
  if (/^\* BYE(?: |$)/i.test(text)) return stop("application", "status", text);
  if (!/^\* (?:OK|PREAUTH)(?: |$)/i.test(text)) return stop("protocol", "not-imap", text);
  const banner = printable(text).slice(0, bannerChars);
  attempt.facts["banner"] = banner;
  return ok({ banner, isPreauthenticated: /^\* PREAUTH/i.test(text) });
}

/** One command at a time, each with a tag of its own: what is told is an answer to it. */
function commandOf(talk: Conversation): Command {
  let count = 0;
  return async (line) => {
    count += 1;
    const tag = `k${count}`;
    talk.say(`${tag} ${line}\r\n`);
    const heard = await talk.hear(phases.talk, (text) => answerEnd(text, tag));
    return heard.ok ? readAnswer(heard.value, tag) : heard;
  };
}

/** Where the line that begins with the tag ends; null when it is not there yet. A line that is no IMAP ends it, too. */
function answerEnd(text: string, tag: string): number | null {
  for (let start = 0; ;) {
    const end = text.indexOf("\n", start);
    if (end < 0) return null;
    const line = text.slice(start, end);
    if (line.startsWith(`${tag} `) || !/^[*+] /.test(line)) return end + 1;
    start = end + 1;
  }
}

function readAnswer(text: string, tag: string): Step<readonly string[]> {
  const all = text.trimEnd().split(/\r?\n/);
  const last = all.at(-1) ?? "";
  if (!last.startsWith(`${tag} `)) return stop("protocol", "not-imap", last);
  const told = last.slice(tag.length + 1);
  const untagged = all.slice(0, -1).map((line) => line.slice(2));
  if (/^OK(?: |$)/i.test(told)) return ok(untagged);
  return stop("application", "status", told);
}

async function capabilities(command: Command): Promise<Step<readonly string[]>> {
  const listed = await command("CAPABILITY");
  if (!listed.ok) return listed;
  const line = listed.value.find((one) => /^CAPABILITY /i.test(one)) ?? "";
  return ok(line.toUpperCase().split(" ").slice(1));
}

async function logIn({ offers, command }: Imap, login: MailboxLogin): Promise<Step<null>> {
  const plain = offers.includes("AUTH=PLAIN") && offers.includes("SASL-IR");
  if (!plain && !fitsOneLine(login))
    return blind("application", "koboshi-fault", "the user or password holds a line break");
  const answered = await command(
    plain
      ? `AUTHENTICATE PLAIN ${plainLogin(login)}`
      : `LOGIN ${quoted(login.user)} ${quoted(login.password.reveal())}`,
  );
  return answered.ok ? ok(null) : err(loginStop(answered.error, login));
}

/** A wrong password and a server in trouble are told apart by RFC 5530. */
function loginStop(error: Stop, login: MailboxLogin): Stop {
  const text = withoutLogin(error.text, login);
  if (error.code !== "status") return { ...error, text };
  const inTrouble = /\[(?:UNAVAILABLE|SERVERBUG|LIMIT|INUSE|CONTACTADMIN)\]|^BAD/i.test(text);
  return stop("application", inTrouble ? "login-unavailable" : "login-refused", text).error;
}

/** One byte a character, as the conversation sends them. */
function quoted(text: string): string {
  return `"${Buffer.from(text)
    .toString("latin1")
    .replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
