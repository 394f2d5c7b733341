import { sleep, type Clock } from "../../kernel/clock.ts";
import { startControlMaster, type ControlMaster } from "./control-master.ts";
import type { LocalWorkplace } from "./local.ts";

/** sshd's MaxSessions is 10: one is the connection's own, one is left for a session that is just ending. */
const mostSeats = 8;
/** As long as a connection may take to come about (ConnectTimeout 15 s), and a little. */
const openLimitMs = 20_000;
/** Where none came about none is tried sooner: each try counts there as one more stranger at the door. */
const refusedPauseMs = 60_000;
const endLagMs = 300;

/** A command's place on the shared connection. */
export interface Seat {
  readonly socket: string;
  /** what was said of the connection when it ended; empty while it lasts */
  lastWords(): Promise<string>;
  /** the machine takes no more sessions by one connection than there are now */
  refused(): void;
  leave(): void;
}

/** One connection to a machine, shared by many commands. */
export interface SharedConnection {
  /** null: there is none, or it is full, so the command makes its own. One that has ended is begun anew for those to come. */
  take(): Seat | null;
  /** Ends it; where commands still run on it, with the last of them. */
  close(): Promise<void>;
}

interface Shared {
  readonly master: ControlMaster;
  taken: number;
}

/** A command's end is seen a little before that of the connection it was on. */
async function lastWords(clock: Clock, { words, ended }: ControlMaster): Promise<string> {
  const limit = new AbortController();
  const said = await Promise.race([ended.then(words), sleep(clock, endLagMs, limit.signal).then(() => "")]);
  limit.abort();
  return said;
}

export interface SharedConnectionOptions {
  readonly clock: Clock;
  readonly local: LocalWorkplace;
  /** `ssh` and its words up to the address, without any about a socket */
  readonly argv: readonly string[];
}

/** Resolves when the connection is there, or could not be made: commands run without it, too. */
export async function openSharedConnection({ clock, local, argv }: SharedConnectionOptions): Promise<SharedConnection> {
  let isClosed = false;
  let notBeforeMs = 0;
  let most = mostSeats;
  let shared: Shared | null = null;

  function begin(): Promise<boolean> {
    const master = startControlMaster(local, clock, argv);
    const mine: Shared = { master, taken: 0 };
    shared = mine;
    const known = (cameAbout: boolean): void => {
      if (!cameAbout) notBeforeMs = clock.monotonicMs() + refusedPauseMs;
    };
    const over = (): void => {
      if (shared === mine) shared = null;
    };
    void master.opened.then(known);
    void master.ended.then(over);
    return master.opened;
  }

  function take(): Seat | null {
    if (isClosed) return null;
    if (shared === null) {
      if (most > 0 && clock.monotonicMs() >= notBeforeMs) void begin();
      return null;
    }
    const mine = shared;
    const socket = mine.master.socket();
    if (socket === null || mine.taken >= most) return null;
    mine.taken += 1;
    return {
      socket,
      lastWords: () => lastWords(clock, mine.master),
      refused: () => void (most = Math.min(most, mine.taken - 1)),
      leave: () => void (mine.taken -= 1),
    };
  }

  const limit = new AbortController();
  await Promise.race([begin(), sleep(clock, openLimitMs, limit.signal)]);
  limit.abort();
  return {
    take,
    async close() {
      isClosed = true;
      if (shared === null) return;
      const { master, taken } = shared;
      await master.end(taken > 0 ? "idle" : "now");
    },
  };
}
