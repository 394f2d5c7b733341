import type { Workplace } from "./workplace.ts";
import { fingerprint } from "../../clients/ssh.ts";
import { err, ok, type Result } from "../../kernel/result.ts";

const scanLimitMs = 20_000;

export interface HostAsked {
  readonly address: string;
  readonly port: number;
  /** `SHA256:…`; null: nothing is trusted */
  readonly hostKey: string | null;
}

export interface KnownHost {
  /** the line of a known_hosts file, for this address alone */
  readonly line: string;
  readonly algorithm: string;
}

/** Why a host's key is not trusted; `seen`: the fingerprints it showed. */
export interface UnknownHost {
  readonly reason: "host-key-unknown" | "host-key-changed" | "connection-failed";
  readonly seen: string;
}

/**
 * The whole public key behind a pinned fingerprint, as OpenSSH wants it. Asking is no trust: only a key with that very
 * fingerprint is written down, and the connection itself is refused later if another one is shown.
 */
export async function knownHost(local: Workplace, asked: HostAsked): Promise<Result<KnownHost, UnknownHost>> {
  const argv = ["ssh-keyscan", "-T", "10", "-p", String(asked.port), "-t", "ed25519,ecdsa,rsa", asked.address];
  const scanned = await local.run({ argv }, { timeoutMs: scanLimitMs });
  const keys = scanned.stdout
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const [, algorithm = "", base64 = ""] = line.split(" ");
      return [{ algorithm, base64, print: fingerprint(Buffer.from(base64, "base64")) }];
    });
  const seen = keys.map(({ print }) => print).join(" ");
  if (keys.length === 0) return err({ reason: "connection-failed", seen: scanned.stderr.slice(0, 300) });
  if (asked.hostKey === null) return err({ reason: "host-key-unknown", seen });
  const pinned = keys.find(({ print }) => print === asked.hostKey);
  if (pinned === undefined) return err({ reason: "host-key-changed", seen });
  const name = asked.port === 22 ? asked.address : `[${asked.address}]:${asked.port}`;
  return ok({ line: `${name} ${pinned.algorithm} ${pinned.base64}\n`, algorithm: pinned.algorithm });
}
