import type net from "node:net";
import nodemailer from "nodemailer";
import fs from "node:fs";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { blind, phases, stop, type Attempt, type Phase, type Step, type Stop } from "./attempt.ts";
import { connectTo } from "./connect.ts";
import { askSystem } from "./dns-ask.ts";
import { plainName } from "./dns-message.ts";
import { isLoopback } from "./foreign.ts";
import { withoutLogin, type MailboxLogin } from "./mailbox-login.ts";
import { resolveHost } from "./resolve.ts";

/** A server that checks a mail while it takes it may need a minute. Source: RFC 5321 §4.5.3.2 allows ten. */
const phase: Phase = { ...phases.talk, limitMs: 60_000 };
const smtpPort = 25;
const longestReplyBytes = 16_384;

export interface PostOffice {
  readonly host: string;
  readonly port: number;
  readonly isImplicit: boolean;
  readonly login: MailboxLogin | null;
  readonly caFile: string | null;
}

export interface PostedMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Where mail to an address is taken in, as any sender finds it: the first MX of its domain, or the domain itself. */
export async function officeOf(attempt: Attempt, address: string): Promise<Step<{ host: string; port: number }>> {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  const literal = /^\[(?:IPv6:)?([^\]]+)\]$/i.exec(domain)?.[1];
  if (literal !== undefined) return ok({ host: literal, port: smtpPort });
  const answered = await askSystem(attempt, { name: domain, type: "MX", recursive: true });
  if (!answered.ok) return answered;
  const { rcode, answers } = answered.value;
  if (rcode === "NXDOMAIN") return stop("dns", "name-not-found", `NXDOMAIN: MX ${domain}`);
  if (rcode !== "NOERROR") return stop("dns", "name-server-failed", `${rcode}: MX ${domain}`);
  const exchanges = answers.flatMap((answer) => (answer.type === "MX" ? [answer.data] : []));
  const [first] = exchanges.toSorted((a, b) => (a.preference ?? 0) - (b.preference ?? 0));
  const host = plainName(first?.exchange ?? domain);
  // Source: RFC 7505
  return host === "."
    ? stop("dns", "takes-no-mail", `${domain} says that it takes no mail`)
    : ok({ host, port: smtpPort });
}

/** Hands one mail to a server; the value is there as soon as the server has taken it. */
export async function postMail(attempt: Attempt, office: PostOffice, mail: PostedMail): Promise<Step<null>> {
  const resolved = await resolveHost(attempt, office.host);
  if (!resolved.ok) return resolved;
  const trusted = readAuthorities(office.caFile);
  if (!trusted.ok) return blind("tls", "ca-unreadable", trusted.error);
  const connected = await connectTo(attempt, { addresses: resolved.value, port: office.port });
  if (!connected.ok) return connected;
  const socket = connected.value;
  return attempt.phase<null>(phase, (settle) => {
    const transport = transportOf(office, socket, trusted.value);
    const done = (step: Step<null>): void => {
      transport.close();
      socket.destroy();
      settle(step);
    };
    transport.sendMail({ ...mail, headers: unanswered }, (thrown) =>
      done(thrown === null ? ok(null) : err(postStop(thrown, office))),
    );
    return () => {
      transport.close();
      socket.destroy();
    };
  });
}

/** Nobody's holiday notice shall answer it. Source: RFC 3834 §5. */
const unanswered = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };

function transportOf(office: PostOffice, connection: net.Socket, ca: string | null) {
  const { host, port, isImplicit, login } = office;
  const staysHere = host === "localhost" || isLoopback(host);
  return nodemailer.createTransport({
    connection,
    host,
    port,
    secure: isImplicit,
    // a password never crosses a network in clear; without one, an unproven encryption is better than none (RFC 7435)
    requireTLS: login !== null && !staysHere,
    ignoreTLS: staysHere && login === null,
    tls: { rejectUnauthorized: login !== null || isImplicit, ...(ca === null ? {} : { ca }) },
    maxResponseSize: longestReplyBytes,
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password.reveal() } }),
  });
}

function readAuthorities(file: string | null): Result<string | null, string> {
  try {
    return ok(file === null ? null : fs.readFileSync(file, "utf8"));
  } catch (thrown) {
    return err(errorText(thrown));
  }
}

interface PostFailure {
  readonly code?: unknown;
  readonly responseCode?: unknown;
}

/** What the sending server said against it, apart from what may go wrong with the mailbox later. Source: RFC 5321 §4.2.1. */
function postStop(thrown: unknown, { host, port, login }: PostOffice): Stop {
  const failure: PostFailure = typeof thrown === "object" && thrown !== null ? thrown : {};
  const text = withoutLogin(`${host}:${port}: ${errorText(thrown)}`, login);
  const reply = typeof failure.responseCode === "number" ? failure.responseCode : 0;
  if (failure.code === "EAUTH" || reply === 530 || reply === 535) return refused("send-login-refused", text);
  if (reply >= 500) return refused("send-refused", text);
  if (reply >= 400) return refused("send-deferred", text);
  const isTls = failure.code === "ETLS" || /certificate|SSL|TLS/.test(text);
  return isTls ? stop("tls", "handshake-failed", text).error : stop("protocol", "send-failed", text).error;
}

function refused(code: string, text: string): Stop {
  return stop("application", code, text).error;
}
