import { createHash } from "node:crypto";
import ssh2, { type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";
import { safeText } from "./safe-text.ts";

/** Connecting, shaking hands and logging in, together. A healthy server on the other side of the world needs 2 s. */
const connectLimitMs = 15_000;

export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH or PEM, without a passphrase: ed25519, ecdsa or rsa */
  readonly privateKey: Secret | null;
  /** `SHA256:…` as `ssh-keygen -l` writes it; null: nothing is trusted */
  readonly hostKey: string | null;
  /** also what is no longer thought safe, for servers of old: asked for only after the usual ways failed */
  readonly oldAlgorithms?: boolean;
}

export interface SshLimits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Why no session came about. `seen`: the fingerprint shown, or what the far side said. */
export interface SshFailure {
  readonly reason:
    | "host-key-unknown"
    | "host-key-changed"
    | "private-key-missing"
    | "private-key-unreadable"
    | "auth-refused"
    | "connection-failed"
    | "timeout"
    | "stopped";
  readonly seen: string;
}

/** What a server may show, by family: asked for one family after another until the pinned key is among them. */
const families: readonly (readonly ServerHostKeyAlgorithm[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256"],
];

/** RHEL 6 shows an RSA key signed with SHA-1; appliances of its time exchange keys with SHA-1, too. */
const oldFamily: readonly ServerHostKeyAlgorithm[] = ["ssh-rsa"];
const oldExchange = ["diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"] as const;

/** `SHA256:…` of a host key, as OpenSSH prints it. Source: RFC 4255 hashes the same bytes. */
export function fingerprint(hostKey: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(hostKey).digest("base64").replace(/=+$/, "")}`;
}

/**
 * Logs in with a key, to a host whose own key is the pinned one; without a pinned key it says which one it saw and goes no
 * further, so nothing is ever sent to a host nobody has confirmed. The caller ends the client.
 */
export async function connectSsh(target: SshTarget, limits: SshLimits): Promise<Result<Client, SshFailure>> {
  const key = target.privateKey?.reveal() ?? null;
  if (key === null) return err({ reason: "private-key-missing", seen: "" });
  const parsed = ssh2.utils.parseKey(key);
  if (parsed instanceof Error) return err({ reason: "private-key-unreadable", seen: safeText(parsed.message, []) });
  const old = target.oldAlgorithms === true ? oldFamily : [];
  const first = await attempt({ target, key, limits, algorithms: [...families.flat(), ...old] });
  if (first.ok || first.error.reason !== "host-key-changed") return first;
  for (const algorithms of families) {
    const other = await attempt({ target, key, limits, algorithms });
    if (other.ok || other.error.reason === "auth-refused") return other;
  }
  return first;
}

interface Attempt {
  readonly target: SshTarget;
  readonly key: string;
  readonly limits: SshLimits;
  readonly algorithms: readonly ServerHostKeyAlgorithm[];
}

function attempt({ target, key, limits, algorithms }: Attempt): Promise<Result<Client, SshFailure>> {
  const client = new ssh2.Client();
  let shown: string | null = null;
  return new Promise((resolve) => {
    const settle = (result: Result<Client, SshFailure>): void => {
      timer.cancel();
      limits.signal.removeEventListener("abort", stop);
      if (!result.ok) client.destroy();
      resolve(result);
    };
    const stop = (): void => settle(err({ reason: "stopped", seen: "" }));
    const timer = limits.clock.after(connectLimitMs, () => settle(err({ reason: "timeout", seen: "" })));
    if (limits.signal.aborted) return stop();
    limits.signal.addEventListener("abort", stop);
    // many small questions: waiting to fill packets would cost 40 ms each
    client.once("connect", () => client.setNoDelay());
    client.once("ready", () => settle(ok(client)));
    // stays: a connection that breaks later must not end the process; whoever waits on it is told by its own request
    client.on("error", (error) => settle(err(failure(error, target.hostKey, shown))));
    client.once("close", () => settle(err({ reason: "connection-failed", seen: "closed" })));
    const config: ConnectConfig = {
      host: target.host,
      port: target.port,
      username: target.user,
      privateKey: key,
      authHandler: ["publickey"],
      algorithms: {
        serverHostKey: [...algorithms],
        ...(target.oldAlgorithms === true ? { kex: { append: [...oldExchange], prepend: [], remove: [] } } : {}),
      },
      readyTimeout: connectLimitMs,
      hostVerifier: (hostKey: Buffer) => {
        shown = fingerprint(hostKey);
        return shown === target.hostKey;
      },
    };
    client.connect(config);
  });
}

function failure(error: Error & { level?: string }, pinned: string | null, shown: string | null): SshFailure {
  if (shown !== null && pinned === null) return { reason: "host-key-unknown", seen: shown };
  if (shown !== null && pinned !== shown) return { reason: "host-key-changed", seen: shown };
  const seen = safeText(errorText(error), []);
  if (error.level === "client-authentication") return { reason: "auth-refused", seen };
  if (error.level === "client-timeout") return { reason: "timeout", seen };
  return { reason: "connection-failed", seen };
}
