import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { createLocalFiles, FileTrouble, type FileAccess } from "../../clients/log-files/files.ts";
import { startFollowed, type Followed } from "../../clients/log-files/followed.ts";
import { Position } from "../../clients/log-files/position.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { SentRecord, SentSource } from "../../kernel/ports-logs.ts";
import { z } from "zod";
import type { StoredRecord } from "../../storage/spool/record.ts";
import { openSpool, SpoolFull, type Spool } from "../../storage/spool/spool.ts";

export interface AgentLogsDeps {
  /** made when it is not there; what was followed and not yet sent lies in it */
  readonly folder: string;
  /** files, and folders with all that is in them, that may be read; a link leads no further */
  readonly within: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly mostBytes?: number;
}

/** The logs of this machine that the hub asks for, on this disk until the hub has them. */
export interface AgentLogs {
  /** tells the hub which memory its numbers belong to */
  readonly epoch: string;
  use(paths: readonly string[]): void;
  sources(): readonly SentSource[];
  /** The next ones to send, oldest first, and where they end. */
  waiting(mostBytes: number): Promise<readonly Waiting[]>;
  /** The hub has all before it. */
  sent(nextSeq: number): void;
  stop(): Promise<void>;
}

export interface Waiting extends SentRecord {
  readonly nextSeq: number;
}

const everyMs = 500;
/** While the hub is away the logs themselves hold what comes after so much. */
const usualMostBytes = 256_000_000;
const Meta = z.object({ position: Position, cut: z.boolean() });

/** @throws what keeps the folder from being used */
export function createAgentLogs(deps: AgentLogsDeps): AgentLogs {
  const { folder, clock, log, mostBytes = usualMostBytes } = deps;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const epoch = epochOf(folder);
  const spool = openSpool({ folder: path.join(folder, "spool"), clock, log, mostBytes });
  const running = new Map<string, Followed>();
  const ending = new Map<string, Promise<void>>();
  let wanted: readonly string[] = [];

  function begin(file: string): void {
    if (running.has(file) || ending.has(file)) return;
    running.set(file, follow(deps, spool, file));
  }
  function end(file: string, one: Followed): void {
    running.delete(file);
    const ended = one.stop().finally(() => {
      ending.delete(file);
      if (wanted.includes(file)) begin(file);
    });
    ending.set(file, ended);
  }
  function use(paths: readonly string[]): void {
    wanted = paths;
    for (const [file, one] of running) if (!paths.includes(file)) end(file, one);
    for (const file of paths) begin(file);
  }
  return {
    epoch,
    use,
    sources: () => [...running].map(([file, one]) => ({ path: file, ...one.state() })),
    waiting: async (most) => (await spool.read(spool.drainedSeq(), most)).map(waitingOf),
    sent(nextSeq) {
      spool.drained(nextSeq);
      spool.mark();
    },
    async stop() {
      use([]);
      await Promise.all(ending.values());
      await spool.close();
    },
  };
}

function follow({ clock, log, within }: AgentLogsDeps, spool: Spool, file: string): Followed {
  const before = Meta.safeParse(spool.metaOf(file)).data;
  return startFollowed({
    clock,
    log,
    source: file,
    path: file,
    everyMs,
    files: inside(createLocalFiles(), within),
    position: before?.position ?? null,
    take: ({ body, position, cut }) =>
      spool.append({ source: file, receivedAtMs: clock.nowMs(), meta: { position, cut }, body }),
    problemOf(thrown) {
      if (thrown instanceof SpoolFull) return "spool-full";
      return thrown instanceof FileTrouble && thrown.code === "UNLISTED" ? "agent-restricted" : null;
    },
  });
}

function waitingOf({ source, receivedAtMs, seq, nextSeq, meta, body }: StoredRecord): Waiting {
  const isCut = Meta.safeParse(meta).data?.cut === true;
  return { path: source, seq, readAtMs: receivedAtMs, isCut, body, nextSeq };
}

/** The same files, as long as what a path leads to lies in what may be read. */
function inside(files: FileAccess, within: readonly string[]): FileAccess {
  return {
    ...files,
    async look(file) {
      if (!isWithin(path.resolve(file), within)) throw new FileTrouble("UNLISTED", "");
      const real = await fs.promises.realpath(file).catch(() => file); // not there: look says so
      const places = await Promise.all(within.map((one) => fs.promises.realpath(one).catch(() => one)));
      if (real !== file && !isWithin(real, [...within, ...places])) throw new FileTrouble("UNLISTED", "");
      return files.look(file);
    },
  };
}

function isWithin(file: string, within: readonly string[]): boolean {
  return within.some((one) => file === one || file.startsWith(one.endsWith("/") ? one : `${one}/`));
}

/** Made once for the folder: whoever loses the folder, and with it its numbers, begins another. */
function epochOf(folder: string): string {
  const file = path.join(folder, "epoch");
  if (fs.existsSync(file)) {
    const known = fs.readFileSync(file, "utf8").trim();
    if (/^[0-9a-f]{24}$/.test(known)) return known;
  }
  const made = randomBytes(12).toString("hex");
  fs.writeFileSync(`${file}.new`, `${made}\n`, { mode: 0o600, flush: true });
  fs.renameSync(`${file}.new`, file);
  return made;
}
