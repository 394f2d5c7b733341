import { isLoopback } from "./foreign.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Certificate } from "./certificate.ts";
import { safeText } from "./safe-text.ts";
import type { Handshake } from "./tls.ts";

export interface MailboxLogin {
  readonly user: string;
  readonly password: Secret;
}

/** How a mailbox is opened. */
export interface MailboxWanted {
  readonly handshake: Handshake;
  /** `none`, from the first byte on (imaps, pop3s), or asked for by STARTTLS or STLS */
  readonly encryption: "none" | "implicit" | "starttls";
  /** null: the server is greeted and asked what it can do, no more */
  readonly login: MailboxLogin | null;
}

/** What every opened mailbox has told of itself. */
export interface MailboxHello {
  readonly banner: string;
  /** upper case, as the server lists them after encryption */
  readonly offers: readonly string[];
  /** null when nothing was encrypted */
  readonly certificate: Certificate | null;
}

export interface MailboxPlace {
  readonly host: string;
  readonly isImplicit: boolean;
  /** what the check says; undefined: encryption is asked for wherever a password would cross a network in clear */
  readonly starttls: boolean | undefined;
  readonly hasLogin: boolean;
}

export function encryptionFor({ host, isImplicit, starttls, hasLogin }: MailboxPlace): MailboxWanted["encryption"] {
  if (isImplicit) return "implicit";
  const staysHere = host === "localhost" || isLoopback(host);
  return (starttls ?? (hasLogin && !staysHere)) ? "starttls" : "none";
}

/** SASL PLAIN in one word. Source: RFC 4616. */
export function plainLogin({ user, password }: MailboxLogin): string {
  return Buffer.from(`\0${user}\0${password.reveal()}`).toString("base64");
}

/** A server's words about a login, without the password in any shape it may have echoed. */
export function withoutLogin(text: string, login: MailboxLogin | null): string {
  if (login === null) return text;
  const password = login.password.reveal();
  return safeText(text, [password, plainLogin(login), Buffer.from(password).toString("base64")]);
}

/** A user or password that would end the command it stands in cannot be sent as text. */
export function fitsOneLine({ user, password }: MailboxLogin): boolean {
  return !/[\r\n\0]/.test(user + password.reveal());
}
