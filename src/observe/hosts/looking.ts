import type { SshTarget } from "../../clients/ssh.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { HostLine } from "./line.ts";
import type { Silent } from "./silence.ts";
import { pinnedKey, type Frame, type Watched } from "./watched.ts";

/** `full` also reads what changes slowly and takes longer: schedules, certificates, updates. */
export type Thoroughness = "quick" | "full";

const deadlineMs: Readonly<Record<Thoroughness, number>> = { quick: 20_000, full: 60_000 };
/** Each so many looks one is thorough. */
const fullEvery = 10;

export interface SshLook {
  readonly frame: Frame;
  readonly oldAlgorithms: boolean;
}

/** One look over SSH. Without a believed host key nobody logs in: then only the key it shows is learnt. */
export async function lookBySsh(
  watched: Watched,
  line: HostLine,
  thoroughness: Thoroughness,
): Promise<Result<SshLook, Silent>> {
  const target = sshTargetOf(watched);
  if (target === null) return err({ reason: "no-user", text: "" });
  const ran = await line.run({
    target,
    sections: sectionsOf(watched, thoroughness),
    deadlineMs: deadlineMs[thoroughness],
    // a thorough one is rare, and what it alone tells would be missed for long
    ...(thoroughness === "quick" ? { ends: { afterMs: null, willDo: hasCounters } } : {}),
  });
  if (!ran.ok) return ran;
  const { oldAlgorithms, ...frame } = ran.value;
  const text = frameIn(frame.text);
  return text === null ? err({ reason: "not-a-shell", text: "" }) : ok({ frame: { ...frame, text }, oldAlgorithms });
}

function hasCounters(text: string): boolean {
  return text.includes("@@/counters ");
}

/** As whom the host is read; null: the file names no user. */
export function sshTargetOf(watched: Watched): SshTarget | null {
  const { host } = watched;
  if (host.user === null) return null;
  return {
    host: host.address ?? host.key,
    port: host.port,
    user: host.user,
    privateKey: host.look?.readKey ?? null,
    hostKey: pinnedKey(watched),
  };
}

/** What a login shell prints before the frame does not count, not even when it ends without a line break; null: no frame. */
export function frameIn(text: string): string | null {
  const start = text.search(/@@koboshi-host 1 \d{9,11}\b/);
  return start < 0 ? null : text.slice(start);
}

/** The first look and each tenth are thorough. */
export function nextLook({ looks }: Watched): Thoroughness {
  return looks % fullEvery === 0 ? "full" : "quick";
}

function sectionsOf({ host, counters }: Watched, thoroughness: Thoroughness): readonly string[] {
  return [thoroughness, ...(counters === null ? ["twice"] : []), ...(host.look?.sudo === "listed" ? ["sudo"] : [])];
}
