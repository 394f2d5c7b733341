import type net from "node:net";
import { err, ok } from "../kernel/result.ts";
import { blind, phases, stop, type Attempt, type Phase, type Step } from "./attempt.ts";
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

const quitWithinMs = 1_000;
const bannerChars = 500;

export interface Pop3 extends MailboxHello {
  /** @returns the first line's text without `+OK` */
  command(line: string): Promise<Step<string>>;
  /** @returns the lines after the first, without the last dot, unstuffed */
  lines(line: string): Promise<Step<readonly string[]>>;
  /** The server makes its deletions true now; one that does not say goodbye has still served. */
  quit(): Promise<void>;
}

/** Opens a POP3 server as far as asked for: greeting, CAPA, STLS, login. Source: RFC 1939, RFC 2449, RFC 2595. */
export async function openPop3(attempt: Attempt, socket: net.Socket, wanted: MailboxWanted): Promise<Step<Pop3>> {
  const opened = await encrypted(attempt, socket, wanted);
  if (!opened.ok) return opened;
  const { talk, hello } = opened.value;
  const offers = await capabilities(talk);
  if (!offers.ok) return offers;
  const session = { ...hello, offers: offers.value, ...commandsOf(talk) };
  if (wanted.login === null) return ok(session);
  const entered = await logIn(session, wanted.login);
  return entered.ok ? ok(session) : entered;
}

interface Opened {
  readonly talk: Conversation;
  readonly hello: Omit<MailboxHello, "offers">;
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
    const banner = await greeting(attempt, talk);
    return banner.ok ? ok({ talk, hello: { banner: banner.value, certificate: secured.value.certificate } }) : banner;
  }
  const talk = converse(attempt, socket);
  const banner = await greeting(attempt, talk);
  if (!banner.ok) return banner;
  if (encryption === "none") return ok({ talk, hello: { banner: banner.value, certificate: null } });
  const offers = await capabilities(talk);
  if (!offers.ok) return offers;
  if (!offers.value.includes("STLS")) return stop("protocol", "no-starttls", `offers: ${offers.value.join(", ")}`);
  const ready = await command(talk, "STLS");
  if (!ready.ok) return ready;
  // what was sent in clear after this point could have been put there by anyone
  if (talk.pending() !== "") return stop("protocol", "not-pop", "text before the TLS handshake");
  talk.leave();
  const secured = await secure(attempt, socket, handshake);
  if (!secured.ok) return secured;
  const { certificate, socket: safe } = secured.value;
  return ok({ talk: converse(attempt, safe), hello: { banner: banner.value, certificate } });
}

async function greeting(attempt: Attempt, talk: Conversation): Promise<Step<string>> {
  const heard = await firstLine(talk, phases.firstByte);
  if (!heard.ok) return heard;
  const banner = printable(heard.value).slice(0, bannerChars);
  attempt.facts["banner"] = banner;
  return ok(banner);
}

/** A server of before RFC 2449 knows no CAPA and offers nothing. */
async function capabilities(talk: Conversation): Promise<Step<readonly string[]>> {
  const listed = await lines(talk, "CAPA");
  if (listed.ok) return ok(listed.value.map((line) => line.toUpperCase()));
  return listed.error.code === "status" ? ok([]) : listed;
}

function commandsOf(talk: Conversation): Pick<Pop3, "command" | "lines" | "quit"> {
  return {
    command: (line) => command(talk, line),
    lines: (line) => lines(talk, line),
    async quit() {
      talk.say("QUIT\r\n");
      await talk.hear({ ...phases.talk, limitMs: quitWithinMs }, lineEnd);
    },
  };
}

async function command(talk: Conversation, line: string): Promise<Step<string>> {
  talk.say(`${line}\r\n`);
  const heard = await firstLine(talk, phases.talk);
  return heard.ok ? ok(heard.value.replace(/^\+OK ?/, "")) : heard;
}

async function lines(talk: Conversation, line: string): Promise<Step<readonly string[]>> {
  const begun = await command(talk, line);
  if (!begun.ok) return begun;
  const heard = await talk.hear(phases.talk, (text) => {
    const end = /(?:^|\n)\.\r?\n/.exec(text);
    return end === null ? null : end.index + end[0].length;
  });
  if (!heard.ok) return heard;
  return ok(
    heard.value
      .split(/\r?\n/)
      .slice(0, -2)
      .map((one) => one.replace(/^\.\./, ".")),
  );
}

function lineEnd(text: string): number | null {
  const end = text.indexOf("\n");
  return end < 0 ? null : end + 1;
}

/** `+OK …` whole; `-ERR …` is a stop with the server's words. */
async function firstLine(talk: Conversation, phase: Phase): Promise<Step<string>> {
  const heard = await talk.hear(phase, lineEnd);
  if (!heard.ok) return heard;
  const text = heard.value.trimEnd();
  if (/^\+OK(?: |$)/.test(text)) return ok(text);
  return text.startsWith("-ERR") ? stop("application", "status", text) : stop("protocol", "not-pop", text);
}

async function logIn(session: Pop3, login: MailboxLogin): Promise<Step<null>> {
  const sasl = session.offers.find((offer) => offer.startsWith("SASL "));
  const answered =
    sasl?.split(" ").includes("PLAIN") === true
      ? await session.command(`AUTH PLAIN ${plainLogin(login)}`)
      : await byUserAndPass(session, login);
  return answered.ok ? ok(null) : loginStop(answered, login);
}

async function byUserAndPass(session: Pop3, login: MailboxLogin): Promise<Step<string>> {
  if (!fitsOneLine(login)) return blind("application", "koboshi-fault", "the user or password holds a line break");
  const known = await session.command(`USER ${login.user}`);
  return known.ok ? session.command(`PASS ${login.password.reveal()}`) : known;
}

/** A wrong password, a server in trouble and a mailbox in use are told apart by RFC 2449 §8, RFC 3206. */
function loginStop(
  { error }: { readonly error: Extract<Step<null>, { ok: false }>["error"] },
  login: MailboxLogin,
): Step<never> {
  const text = withoutLogin(error.text, login);
  if (error.code !== "status") return err({ ...error, text });
  if (/\[IN-USE\]/i.test(text)) return err({ outcome: "degraded", layer: "application", code: "mailbox-in-use", text });
  return stop("application", /\[SYS\//i.test(text) ? "login-unavailable" : "login-refused", text);
}
