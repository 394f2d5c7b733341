import { createLocalFiles, FileTrouble, type FileAccess } from "../../clients/log-files/files.ts";
import { startFollowed, type Followed } from "../../clients/log-files/followed.ts";
import type { Chunk } from "../../clients/log-files/follow.ts";
import type { SshTarget } from "../../clients/ssh.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Host, Site } from "../../kernel/model/site.ts";
import type { LogProblem } from "../../kernel/ports-logs.ts";
import { SpoolFull, type Spool } from "../../storage/spool/spool.ts";
import { isThisMachine } from "./local-hosts.ts";
import { readMeta, type Meta } from "./meta.ts";
import type { SentIntake } from "./sent.ts";
import { createSshFiles, SshTrouble, type SshFiles } from "./ssh-files.ts";

export interface FollowingDeps {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  /** `SHA256:…` of the host's key that a person or the file vouches for; null: none yet, and nothing is read */
  hostKeyOf(host: Host): string | null;
  /** what agents follow on their own hosts */
  readonly sent: SentIntake;
}

export interface FollowedSpec {
  /** `web1:/var/log/httpd/error_log` */
  readonly key: string;
  readonly host: string;
  readonly kind: "file" | "ssh" | "agent";
  readonly path: string;
  readonly format: string | null;
}

export interface FollowedSource extends Pick<Followed, "state"> {
  readonly spec: FollowedSpec;
}

/** Every path of every host that is read by this hub, or by an agent for it. */
export interface Following {
  /** Begins what is new, ends what is no longer written; what stays goes on undisturbed. */
  use(site: Site): void;
  list(): readonly FollowedSource[];
  stop(): Promise<void>;
}

/** Half a second is soon enough for a person who looks on. */
const localEveryMs = 500;
/** One or two commands a round and path on the host. */
const sshEveryMs = 5_000;

interface Running {
  readonly spec: FollowedSpec;
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

  function begin(spec: FollowedSpec, host: Host): Followed {
    if (spec.kind === "agent") return deps.sent.followed(spec);
    const files = spec.kind === "file" ? createLocalFiles() : connectionTo(deps, connections, host);
    const { spool, clock } = deps;
    return startFollowed({
      ...deps,
      files,
      source: spec.key,
      path: spec.path,
      everyMs: spec.kind === "file" ? localEveryMs : sshEveryMs,
      position: readMeta(spool.metaOf(spec.key))?.position ?? null,
      take: (chunk) => spool.append({ source: spec.key, receivedAtMs: clock.nowMs(), ...recordOf(spec, chunk) }),
      problemOf,
    });
  }

  return {
    use(site) {
      const wanted = new Map(
        [...site.hosts.values()].flatMap((host) => specsOf(host)).map((one) => [one.spec.key, one]),
      );
      for (const [key, { written }] of running) if (wanted.get(key)?.written !== written) end(key);
      for (const [key, { spec, host, written }] of wanted) {
        if (!running.has(key)) running.set(key, { spec, followed: begin(spec, host), written });
      }
      for (const [key, files] of connections) {
        if ([...wanted.values()].some(({ host, spec }) => spec.kind === "ssh" && addressOf(host) === key)) continue;
        connections.delete(key);
        files.close();
      }
    },
    list: () => [...running.values()].map(({ spec, followed }) => ({ spec, state: followed.state })),
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

function recordOf({ host, format }: FollowedSpec, { body, position, cut }: Chunk): { meta: Meta; body: Buffer } {
  return { meta: { kind: "lines", host, format, position, ...(cut ? { cut } : {}) }, body };
}

function problemOf(thrown: unknown): LogProblem | null {
  if (thrown instanceof SpoolFull) return "spool-full";
  if (thrown instanceof SshTrouble) return sshProblem(thrown);
  const code = thrown instanceof FileTrouble ? thrown.code : "";
  if (code === "NOLOGS" || code === "UNLISTED") return "key-restricted";
  return code === "ETIMEDOUT" || code === "EPIPE" ? "ssh-unreachable" : null;
}

function sshProblem({ failure: { reason } }: SshTrouble): LogProblem {
  if (reason === "host-key-unknown" || reason === "host-key-changed") return reason;
  if (reason === "private-key-missing" || reason === "private-key-unreadable") return "ssh-key-missing";
  return reason === "auth-refused" ? "ssh-refused" : "ssh-unreachable";
}

function specsOf(host: Host): readonly Wanted[] {
  const kind = kindOf(host);
  return host.logs.map(({ path, format }) => {
    const spec = { key: sourceKey(host, path), host: host.key, kind, path, format } as const;
    return { spec, host, written: JSON.stringify([spec, kind === "ssh" ? addressOf(host) : ""]) };
  });
}

function kindOf(host: Host): FollowedSpec["kind"] {
  if (isThisMachine(host)) return "file";
  return host.look?.by === "agent" ? "agent" : "ssh";
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
