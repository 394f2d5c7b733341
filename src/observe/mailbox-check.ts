import { z } from "zod";
import { stop, type Attempt, type Step, type Stop } from "../clients/attempt.ts";
import { connectTo } from "../clients/connect.ts";
import { encryptionFor, type MailboxHello, type MailboxLogin, type MailboxWanted } from "../clients/mailbox-login.ts";
import { resolveHost } from "../clients/resolve.ts";
import { expiryStop } from "../clients/tls.ts";
import { durationField, key, secretField } from "../kernel/fields.ts";
import { Secret } from "../kernel/secret.ts";
import { caField, hostField, urlHost } from "./probe-fields.ts";
import type net from "node:net";

/** Keys of every check of a mailbox server, beside the one that carries its URL. */
export const mailboxKeys = {
  user: key(z.string().min(1).optional(), {
    ja: "ユーザー名。書くとログインまで確かめる",
    en: "user; when written, logging in is checked, too",
  }),
  password: key(secretField().optional(), { ja: "パスワード", en: "password" }),
  starttls: key(z.boolean().optional(), {
    ja: "STARTTLS(STLS)で暗号化する。省くと、パスワードが平文で流れてしまうときだけ",
    en: "encrypt by STARTTLS (STLS); when left out, only where a password would travel in clear",
  }),
  server_name: key(hostField().optional(), {
    ja: "証明書に載っているべき名前。省くと対象のホスト名",
    en: "the name the certificate must carry; the target's host when left out",
  }),
  warn: key(durationField().optional(), {
    ja: "証明書の残りがこれを切ったら注意。省くと 21d",
    en: "warn when the certificate ends sooner than this; 21d when left out",
  }),
  ca: caField(),
  expect: key(
    z
      .strictObject({
        banner: key(z.string().min(1).optional(), { ja: "挨拶に含まれるべき言葉", en: "text in the greeting" }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
  within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
};

export interface MailboxSpec {
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly starttls?: boolean | undefined;
  readonly server_name?: string | undefined;
  readonly warn?: number | undefined;
  readonly ca?: string | undefined;
  readonly expect: { readonly banner?: string | undefined };
  readonly within?: number | undefined;
}

/** The ports of each scheme. Source: IANA service names. */
const ports: Readonly<Record<string, number>> = { imap: 143, imaps: 993, pop3: 110, pop3s: 995 };

interface MailboxUrl {
  readonly host: string;
  readonly port: number;
  readonly isImplicit: boolean;
  readonly isPop3: boolean;
  readonly user: string | null;
  readonly password: Secret | null;
}

export function readMailboxUrl(text: string): MailboxUrl {
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  const { username, password } = url;
  return {
    host: urlHost(url),
    port: url.port === "" ? (ports[scheme] ?? 0) : Number(url.port),
    isImplicit: scheme.endsWith("s"),
    isPop3: scheme.startsWith("pop3"),
    user: username === "" ? null : decodeURIComponent(username),
    password: password === "" ? null : new Secret(decodeURIComponent(password), "the URL"),
  };
}

/** A URL as it may be shown: without user and password. */
export function shownUrl(text: string): string {
  const url = new URL(text);
  url.username = "";
  url.password = "";
  return url.href.replace(/\/$/, "");
}

/** What a bare URL means: its user and password become the keys. */
export function mailboxFromUrl(url: URL): { user?: string; password?: string; address: string } {
  const { user, password } = readMailboxUrl(url.href);
  return {
    address: shownUrl(url.href),
    ...(user === null ? {} : { user }),
    ...(password === null ? {} : { password: password.reveal() }),
  };
}

export interface Dialled {
  readonly socket: net.Socket;
  readonly wanted: MailboxWanted;
}

/** Resolves, connects, and says how the mailbox is to be opened. */
export async function dialMailbox(attempt: Attempt, address: string, spec: MailboxSpec): Promise<Step<Dialled>> {
  const { host, port, isImplicit, ...inUrl } = readMailboxUrl(address);
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved;
  const connected = await connectTo(attempt, { addresses: resolved.value, port });
  if (!connected.ok) return connected;
  const login = loginOf(spec, inUrl);
  return {
    ok: true,
    value: {
      socket: connected.value,
      wanted: {
        handshake: { name: spec.server_name ?? host, caFile: spec.ca ?? null },
        encryption: encryptionFor({ host, isImplicit, starttls: spec.starttls, hasLogin: login !== null }),
        login,
      },
    },
  };
}

function loginOf(spec: MailboxSpec, inUrl: Pick<MailboxUrl, "user" | "password">): MailboxLogin | null {
  const user = spec.user ?? inUrl.user;
  const password = spec.password ?? inUrl.password;
  return user === null || password === null ? null : { user, password };
}

/** What remains to be judged once a server has been opened as far as asked for. */
export function helloStop(attempt: Attempt, hello: MailboxHello, spec: MailboxSpec): Stop | null {
  attempt.facts["offers"] = hello.offers.slice(0, 20).map((offer) => offer.slice(0, 100));
  const { banner = "" } = spec.expect;
  if (!hello.banner.includes(banner)) return stop("content", "banner-differs", hello.banner).error;
  const { within = Infinity } = spec;
  const tookMs = attempt.elapsedMs();
  if (tookMs > within) {
    const text = `took ${Math.round(tookMs)} ms, expected within ${within} ms`;
    return { outcome: "degraded", layer: "application", code: "slow", text };
  }
  return hello.certificate === null ? null : expiryStop(hello.certificate, spec.warn);
}
