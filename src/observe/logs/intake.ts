import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { LogProblem, LogSource } from "../../kernel/ports-logs.ts";
import { SpoolFull, type Spool } from "../../storage/spool/spool.ts";
import { bare, type Senders } from "./senders.ts";
import { listenSyslogTcp, type Listening } from "./syslog-tcp.ts";
import { listenSyslogUdp, type UdpListening } from "./syslog-udp.ts";

export interface IntakeDeps {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  readonly senders: Senders;
}

/** The ports other machines send their syslog to. */
export interface SyslogIntake {
  use(intake: Pick<Site["intake"], "syslogUdp" | "syslogTcp">): Promise<void>;
  sources(): readonly LogSource[];
  stop(): Promise<void>;
}

const anyAddress = "0.0.0.0";
const countEveryMs = 5_000;
/** A port another process has may become free; nobody should have to restart the hub for it. */
const againMs = 30_000;
const waitForSpoolMs = 200;

type Kind = "syslog-udp" | "syslog-tcp";

interface Door {
  readonly kind: Kind;
  port: number | null;
  open: Listening | UdpListening | null;
  problem: LogProblem | null;
  seen: string;
  dropped: number;
  lastAtMs: number | null;
  timer: Timer | null;
}

export function createSyslogIntake(deps: IntakeDeps): SyslogIntake {
  const doors = [doorOf("syslog-udp"), doorOf("syslog-tcp")];
  return {
    async use({ syslogUdp, syslogTcp }) {
      const wanted: Readonly<Record<Kind, number | null>> = { "syslog-udp": syslogUdp, "syslog-tcp": syslogTcp };
      for (const door of doors) {
        if (door.port === wanted[door.kind]) continue;
        await shut(door);
        door.port = wanted[door.kind];
        await openDoor(deps, door);
      }
    },
    sources: () => doors.flatMap(sourceOf),
    async stop() {
      for (const door of doors) await shut(door);
    },
  };
}

function doorOf(kind: Kind): Door {
  return { kind, port: null, open: null, problem: null, seen: "", dropped: 0, lastAtMs: null, timer: null };
}

async function openDoor(deps: IntakeDeps, door: Door): Promise<void> {
  const { port, kind } = door;
  if (port === null) return;
  const dropped = (count: number): void => {
    if (door.dropped === 0) deps.log.warn("syslog messages had to be let go", { door: kind, count });
    door.dropped += count;
  };
  const take = (input: { from: string; body: Buffer }): Promise<void> => takeFrames(deps, door, input);
  try {
    const listen = kind === "syslog-udp" ? listenSyslogUdp : listenSyslogTcp;
    door.open = await listen({ clock: deps.clock, host: anyAddress, port, take, dropped });
    door.problem = null;
    deps.log.info("syslog is taken", { door: kind, port });
    keepCounting(deps.clock, door);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const known: Readonly<Record<string, LogProblem>> = { EADDRINUSE: "port-taken", EACCES: "port-denied" };
    door.problem = known[code ?? ""] ?? "listen-failed";
    door.seen = errorText(thrown).slice(0, 300);
    deps.log.error("syslog cannot be taken", { door: kind, port, error: door.seen });
    door.timer = deps.clock.after(againMs, () => void openDoor(deps, door));
  }
}

/** Senders of streams wait while there is no room; nobody can make a sender of datagrams wait. */
async function takeFrames(
  { spool, clock, senders }: IntakeDeps,
  door: Door,
  { from, body }: { from: string; body: Buffer },
): Promise<void> {
  const address = bare(from);
  const receivedAtMs = clock.nowMs();
  door.lastAtMs = receivedAtMs;
  const meta = { kind: "frames", host: senders.hostOf(address), format: null };
  for (;;) {
    try {
      await spool.append({ source: `syslog:${address}`, receivedAtMs, meta, body });
      if (door.problem === "spool-full") door.problem = null;
      return;
    } catch (thrown) {
      door.problem = thrown instanceof SpoolFull ? "spool-full" : "read-failed";
      door.seen = errorText(thrown).slice(0, 300);
      if (door.kind === "syslog-udp" || door.open === null) throw thrown;
    }
    await new Promise<void>((resolve) => void clock.after(waitForSpoolMs, resolve));
  }
}

function keepCounting(clock: Clock, door: Door): void {
  const { open } = door;
  if (open === null || !("countSystemDrops" in open)) return;
  door.timer = clock.after(countEveryMs, () => {
    void open.countSystemDrops();
    if (door.open === open) keepCounting(clock, door);
  });
}

async function shut(door: Door): Promise<void> {
  door.timer?.cancel();
  const { open } = door;
  door.open = null;
  await open?.stop();
}

function sourceOf({ kind, port, open, problem, seen, dropped, lastAtMs }: Door): LogSource[] {
  if (port === null) return [];
  const state = open === null ? "failed" : lastAtMs === null ? "waiting" : "following";
  const at = `${kind === "syslog-udp" ? "udp" : "tcp"}/${port}`;
  return [
    { key: kind, host: null, kind, at, state, problem, seen, format: null, lagBytes: 0, dropped, lastAtMs, lines: 0 },
  ];
}
