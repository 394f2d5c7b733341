import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Host, Site } from "../../kernel/model/site.ts";
import type { Spool } from "../../storage/spool/spool.ts";
import { createLocalFiles, type FileAccess } from "./files.ts";
import { startFollowed, type Followed, type FollowedSpec } from "./followed.ts";
import { isThisMachine } from "./local-hosts.ts";
import type { SshTarget } from "../../clients/ssh.ts";
import { createSshFiles, type SshFiles } from "./ssh-files.ts";

export interface FollowingDeps {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  /** `SHA256:…` of the host's key that a person or the file vouches for; null: none yet, and nothing is read */
  hostKeyOf(host: Host): string | null;
}

/** Every path of every host that this hub reads by itself. */
export interface Following {
  /** Begins what is new, ends what is no longer written; what stays goes on undisturbed. */
  use(site: Site): void;
  list(): readonly Followed[];
  stop(): Promise<void>;
}

/** Half a second is soon enough for a person who looks on. */
const localEveryMs = 500;
/** One or two commands a round and path on the host. */
const sshEveryMs = 5_000;

interface Running {
  readonly followed: Followed;
  /** what it was started with: when this differs it is started anew */
  readonly written: string;
}

export function createFollowing(deps: FollowingDeps): Following {
  const running = new Map<string, Running>();
  const connections = new Map<string, SshFiles>();
  const ending = new Set<Promise<void>>();

  function end(key: string): void {
    const one = running.get(key);
    if (one === undefined) return;
    running.delete(key);
    const work = one.followed.stop().finally(() => ending.delete(work));
    ending.add(work);
  }

  return {
    use(site) {
      const wanted = new Map(
        [...site.hosts.values()].flatMap((host) => specsOf(host)).map((one) => [one.spec.key, one]),
      );
      for (const [key, { written }] of running) if (wanted.get(key)?.written !== written) end(key);
      for (const [key, { spec, host, written }] of wanted) {
        if (running.has(key)) continue;
        const files = spec.kind === "file" ? createLocalFiles() : connectionTo(deps, connections, host);
        running.set(key, { followed: startFollowed({ ...deps, files }, spec), written });
      }
      for (const [key, files] of connections) {
        if ([...wanted.values()].some(({ host, spec }) => spec.kind === "ssh" && addressOf(host) === key)) continue;
        connections.delete(key);
        files.close();
      }
    },
    list: () => [...running.values()].map(({ followed }) => followed),
    async stop() {
      for (const files of connections.values()) files.close();
      for (const key of running.keys()) end(key);
      await Promise.all(ending);
    },
  };
}

interface Wanted {
  readonly spec: FollowedSpec;
  readonly host: Host;
  readonly written: string;
}

function specsOf(host: Host): readonly Wanted[] {
  // an agent sends no logs, so only the files of this very machine can be had
  if (host.look?.by === "agent" && !isThisMachine(host)) return [];
  const kind = isThisMachine(host) ? "file" : "ssh";
  const everyMs = kind === "file" ? localEveryMs : sshEveryMs;
  return host.logs.map(({ path, format }) => {
    const spec = { key: sourceKey(host, path), host: host.key, kind, path, format, everyMs } as const;
    return { spec, host, written: JSON.stringify([spec, kind === "ssh" ? addressOf(host) : ""]) };
  });
}

function sourceKey(host: Host, path: string): string {
  return `${host.key}:${path}`;
}

/** Sources whose lines are kept for a time of their own. */
export function keptSources(site: Site): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const host of site.hosts.values())
    for (const { path, keepMs } of host.logs) if (keepMs !== undefined) kept.set(sourceKey(host, path), keepMs);
  return kept;
}

/** What a connection depends on. */
function addressOf({ key, address, port, user, hostKey, look }: Host): string {
  return JSON.stringify([key, address, port, user, hostKey, look?.readKey?.source ?? null]);
}

/** All paths of one host are read over one connection. */
function connectionTo(deps: FollowingDeps, connections: Map<string, SshFiles>, host: Host): FileAccess {
  const key = addressOf(host);
  const known = connections.get(key);
  if (known !== undefined) return known;
  const target = (): SshTarget => ({
    host: host.address ?? host.key,
    port: host.port,
    user: host.user ?? "koboshi",
    privateKey: host.look?.readKey ?? null,
    hostKey: deps.hostKeyOf(host),
  });
  const made = createSshFiles({ target, clock: deps.clock });
  connections.set(key, made);
  return made;
}
