import type net from "node:net";
import ssh2, { type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import { err, ok } from "../kernel/result.ts";
import { phases, stop, type Attempt, type Step } from "./attempt.ts";
import { closedStop } from "./net-error.ts";
import { printable } from "./printable.ts";
import { converse } from "./replies.ts";
import { fingerprint } from "./ssh.ts";

/** Lines a server may say before its version are few. */
const maxGreetingChars = 8_192;
const bannerChars = 255;

/** Kinds of host keys, asked for one after another until the pinned one is among them; the last is for servers of old. */
export const hostKeyFamilies: readonly (readonly ServerHostKeyAlgorithm[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
];

export interface ShownKey {
  /** `SHA256:…` */
  readonly fingerprint: string;
  /** how the two agreed: `ssh-ed25519`, `curve25519-sha256` */
  readonly algorithm: string;
  readonly keyExchange: string;
}

/**
 * The version line a server greets with, `SSH-2.0-OpenSSH_9.2p1`; lines before it are skipped. What was read is put back
 * for the handshake to read again. Source: RFC 4253 §4.2.
 */
export async function hearVersion(attempt: Attempt, socket: net.Socket): Promise<Step<string>> {
  const talk = converse(attempt, socket);
  const heard = await talk.hear(phases.firstByte, (text) => {
    const version = /(?:^|\n)SSH-[^\n]*\n/.exec(text);
    if (version !== null) return version.index + version[0].length;
    return text.length > maxGreetingChars ? text.length : null;
  });
  const rest = talk.pending();
  talk.leave();
  if (!heard.ok) return heard;
  const banner = printable(heard.value.trimEnd().split("\n").at(-1) ?? "").slice(0, bannerChars);
  attempt.facts["banner"] = banner;
  if (!/^SSH-(?:2\.0|1\.99)-/.test(banner)) return stop("protocol", "not-ssh", printable(heard.value).slice(0, 500));
  socket.pause();
  socket.unshift(Buffer.from(heard.value + rest, "latin1"));
  return ok(banner);
}

/**
 * Exchanges keys as far as the server proving that it holds its host key, and hangs up: no user, no password, no key of
 * ours is ever sent.
 */
export async function exchangeKeys(
  attempt: Attempt,
  socket: net.Socket,
  families: readonly ServerHostKeyAlgorithm[],
): Promise<Step<ShownKey>> {
  const client = new ssh2.Client();
  attempt.own(client);
  return attempt.phase<ShownKey>(phases.talk, (settle) => {
    let shown = "";
    client.once("handshake", (agreed) => {
      settle(ok({ fingerprint: shown, algorithm: agreed.serverHostKey, keyExchange: agreed.kex }));
      client.destroy();
    });
    // stays: what a closed connection still says must not end the process
    client.on("error", (error) => settle(stop("protocol", "handshake-failed", printable(error.message))));
    client.once("close", () => settle(err(closedStop("protocol", null))));
    client.connect(configOf(socket, families, (key) => (shown = fingerprint(key))));
    return () => client.destroy();
  });
}

function configOf(
  socket: net.Socket,
  families: readonly ServerHostKeyAlgorithm[],
  note: (hostKey: Buffer) => void,
): ConnectConfig {
  return {
    sock: socket,
    // asked for by the library, never sent: the connection ends before any login
    username: "nobody",
    authHandler: [],
    // the attempt's own deadline holds
    readyTimeout: 0,
    algorithms: {
      serverHostKey: [...families],
      // nothing secret follows, so an old server's ways are good enough to see its key
      kex: {
        append: ["diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"],
        prepend: [],
        remove: [],
      },
    },
    hostVerifier: (key: Buffer) => {
      note(key);
      return true;
    },
  };
}
