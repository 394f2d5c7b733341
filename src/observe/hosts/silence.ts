import type { SshFailure } from "../../clients/ssh.ts";
import type { HostSilence } from "../../kernel/ports-hosts.ts";

/** Why nothing was read, with what the system or the far side said. */
export interface Silent {
  readonly reason: HostSilence;
  readonly text: string;
}

/** What says that we ourselves gave a look up: no news about the host. */
export const stoppedByUs = "stopped";

const plain: Readonly<Record<Exclude<SshFailure["reason"], "connection-failed" | "stopped">, HostSilence>> = {
  "host-key-unknown": "key-unconfirmed",
  "host-key-changed": "key-changed",
  "private-key-missing": "private-key-missing",
  "private-key-unreadable": "private-key-unreadable",
  "auth-refused": "auth-refused",
  timeout: "timeout",
};

const bySystem: readonly (readonly [RegExp, HostSilence])[] = [
  [/ECONNREFUSED/, "refused"],
  [/ENOTFOUND|EAI_AGAIN|EAI_NODATA/, "name-not-found"],
  [/EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN/, "unreachable"],
  [/ETIMEDOUT/, "timeout"],
  [/no matching/i, "old-server"],
];

/** What kept a session from coming about, in the words of a host's state. */
export function silenceOf({ reason, seen }: SshFailure): Silent {
  if (reason === "stopped") return { reason: "closed", text: stoppedByUs };
  if (reason !== "connection-failed") return { reason: plain[reason], text: seen };
  return { reason: bySystem.find(([form]) => form.test(seen))?.[1] ?? "closed", text: seen };
}
