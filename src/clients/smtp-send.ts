import { spawn } from "node:child_process";
import net from "node:net";
import nodemailer from "nodemailer";
import { errorText } from "../kernel/errors.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Undelivered } from "../kernel/model/notice.ts";
import type { SpecOf } from "../kernel/model/channel.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { safeText } from "./safe-text.ts";

export interface MailToSend {
  readonly fromName: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  /** format=flowed, DelSp=yes (RFC 3676): the lines are wrapped already */
  readonly text: string;
  readonly html: string;
  /** without the angle brackets */
  readonly messageId: string;
  readonly references: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

type MailSpec = Pick<SpecOf<"mail">, "smtp" | "user" | "password" | "from">;
type Sent = Result<void, Undelivered>;

// each phase alone may take this long; the caller's signal bounds the sum
const phaseMs = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 15_000 };
const longestReplyBytes = 16_384;
const sendmailPath = "/usr/sbin/sendmail";
const permanentExits = new Set([64, 65, 67, 68]); // EX_USAGE, EX_DATAERR, EX_NOUSER, EX_NOHOST of sysexits.h

interface Limits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Hands one mail to the relay of `spec`, or to the machine's own sendmail when it names none. */
export async function sendMail(spec: MailSpec, mail: MailToSend, limits: Limits): Promise<Sent> {
  if (spec.smtp === null) return bySendmail(spec, mail, limits.signal);
  try {
    await bySmtp(spec, mail, { ...limits, server: spec.smtp });
    return ok(undefined);
  } catch (thrown) {
    return err(readSmtpFailure(thrown, spec));
  }
}

interface Relay extends Limits {
  readonly server: NonNullable<MailSpec["smtp"]>;
}

async function bySmtp(spec: MailSpec, mail: MailToSend, { server, clock, signal }: Relay): Promise<void> {
  const login = spec.user !== null && spec.password !== null;
  const connection = await dial(server, { clock, signal });
  const transport = nodemailer.createTransport({
    ...phaseMs,
    connection,
    host: server.host,
    port: server.port,
    secure: server.tls === "implicit",
    // a password never crosses a network in the clear; without one, an unproven encryption is better than none (RFC 7435)
    requireTLS: login && !isLoopback(server.host),
    tls: { rejectUnauthorized: login || server.tls === "implicit" },
    maxResponseSize: longestReplyBytes,
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(login ? { auth: { user: spec.user ?? "", pass: spec.password?.reveal() ?? "" } } : {}),
  });
  try {
    await transport.sendMail({ ...compose(spec, mail), signal });
  } finally {
    transport.close();
    connection.destroy();
  }
}

/** Connects as the machine itself would, its hosts file first, so that a dead name server does not stop the mail about it. */
function dial({ host, port }: { host: string; port: number }, { clock, signal }: Limits): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, signal });
    const timer = clock.after(phaseMs.connectionTimeout, () => {
      socket.destroy(Object.assign(new Error(`no connection to ${host}:${port} in time`), { code: "ETIMEDOUT" }));
    });
    const failed = (error: Error): void => {
      timer.cancel();
      reject(error);
    };
    socket.once("error", failed);
    socket.once("connect", () => {
      timer.cancel();
      socket.off("error", failed);
      socket.on("error", () => socket.destroy()); // told by whoever uses it
      resolve(socket);
    });
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (net.isIPv4(host) && host.startsWith("127."));
}

function compose(spec: MailSpec, mail: MailToSend) {
  return {
    from: spec.from.includes("<") ? spec.from : { name: mail.fromName, address: spec.from },
    to: mail.to,
    subject: mail.subject,
    messageId: `<${mail.messageId}>`,
    ...(mail.references.length === 0
      ? {}
      : {
          inReplyTo: `<${mail.references.at(-1)}>`,
          references: mail.references.map((id) => `<${id}>`),
        }),
    headers: mail.headers,
    // as alternatives, because the plain `text` field cannot carry format=flowed
    alternatives: [
      { contentType: "text/plain; charset=utf-8; format=flowed; delsp=yes", content: mail.text },
      { contentType: "text/html; charset=utf-8", content: mail.html },
    ],
  };
}

interface SmtpFailure {
  readonly code?: unknown;
  readonly responseCode?: unknown;
}

type Reason = Pick<Undelivered, "reason" | "retryable">;

/** Reads nodemailer's error as a delivery result. Source for reply codes: RFC 5321 §4.2.1. */
function readSmtpFailure(thrown: unknown, spec: MailSpec): Undelivered {
  const failure: SmtpFailure = typeof thrown === "object" && thrown !== null ? thrown : {};
  const code = typeof failure.code === "string" ? failure.code : "";
  const reply = typeof failure.responseCode === "number" ? failure.responseCode : null;
  return {
    ...(byReply(reply, code) ?? byCode(code)),
    text: safeText(errorText(thrown), secretsOf(spec)),
  };
}

function byReply(reply: number | null, code: string): Reason | null {
  if (reply === null || reply < 400) return null;
  const permanent = reply >= 500 && reply !== 503; // 503: wrong order of commands, a new session can mend it
  if (code === "EAUTH" || reply === 530 || reply === 535) return { reason: "auth", retryable: !permanent };
  if (permanent) return { reason: "client", retryable: false };
  return { reason: reply === 450 || reply === 452 ? "rate-limited" : "server", retryable: true };
}

function byCode(code: string): Reason {
  if (code === "ETIMEDOUT" || code === "EABORT" || code === "ABORT_ERR") return { reason: "timeout", retryable: true };
  if (code === "EAUTH" || code === "ENOAUTH") return { reason: "auth", retryable: false };
  if (code === "EENVELOPE" || code === "EMESSAGE") return { reason: "client", retryable: false };
  if (code === "ECONFIG") return { reason: "not-configured", retryable: false };
  if (code === "EPROTOCOL") return { reason: "server", retryable: true };
  return { reason: "network", retryable: true };
}

/** The password in every shape a server may echo it: plain, and as AUTH LOGIN and AUTH PLAIN write it. */
function secretsOf(spec: MailSpec): string[] {
  if (spec.password === null) return [];
  const password = spec.password.reveal();
  return [password, inBase64(password), inBase64(`\0${spec.user}\0${password}`)];
}

function inBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

async function bySendmail(spec: MailSpec, mail: MailToSend, signal: AbortSignal): Promise<Sent> {
  const builder = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: "unix",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const built = await builder.sendMail(compose(spec, mail));
  const sender = /<([^<>]+)>\s*$/.exec(spec.from)?.[1] ?? spec.from;
  const unsafe = [sender, mail.to.address].some((address) => address.startsWith("-") || /[\s\0]/.test(address));
  if (unsafe) return err({ reason: "client", retryable: false, text: "the address cannot be handed to sendmail" });
  return runSendmail(["-i", "-f", sender, "--", mail.to.address], built.message, signal);
}

function runSendmail(args: readonly string[], message: unknown, signal: AbortSignal): Promise<Sent> {
  return new Promise((resolve) => {
    const child = spawn(sendmailPath, args, { stdio: ["pipe", "ignore", "pipe"], signal, killSignal: "SIGKILL" });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (said.length < longestReplyBytes) said += chunk.toString("utf8");
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const aborted = error.name === "AbortError";
      const missing = error.code === "ENOENT" || error.code === "EACCES";
      if (aborted) resolve(err({ reason: "timeout", retryable: true, text: "sendmail did not end in time" }));
      else if (missing) resolve(err({ reason: "not-configured", retryable: false, text: safeText(error.message, []) }));
      else resolve(err({ reason: "client", retryable: true, text: safeText(error.message, []) }));
    });
    child.on("close", (exit) => {
      if (exit === 0) {
        resolve(ok(undefined));
        return;
      }
      const permanent = exit !== null && permanentExits.has(exit);
      const text = safeText(`sendmail ended with ${exit}: ${said}`, []);
      resolve(err({ reason: permanent ? "client" : "server", retryable: !permanent, text }));
    });
    child.stdin.on("error", () => child.stdin.destroy()); // its exit code says more than the broken pipe
    child.stdin.end(message instanceof Uint8Array ? message : String(message));
  });
}
