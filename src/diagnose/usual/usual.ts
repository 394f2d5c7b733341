import { elapsedMs, stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { HostUsual } from "../../kernel/ports-diagnosis-inside.ts";
import type { HostDesk, HostStatus } from "../../kernel/ports-hosts.ts";
import { usualFrom } from "./usual-from.ts";

export interface UsualDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly hosts: Pick<HostDesk, "hosts" | "ask">;
  /** nothing is known to be wrong with the machine, nor with what runs on it */
  isCalm(host: string): boolean;
  read(key: string): Promise<string | null>;
  /** on disk when it resolves */
  write(key: string, value: string): Promise<void>;
  /** what it was told anyway, for whoever wants to hear it */
  answered?(host: string, answers: HostAnswers): Promise<void>;
  /** an hour unless it is given */
  readonly everyMs?: number;
}

/** How machines are while all is well; owned by the diagnosis. */
export interface UsualBook {
  start(): void;
  stop(): Promise<void>;
  /** oldest first */
  of(host: string): Promise<readonly HostUsual[]>;
  /** Writes down how it is now; false: it is not calm, or does not answer */
  note(host: string): Promise<boolean>;
}

const hourMs = 3_600_000;
const kept = 3;
/** Machines are asked one after another, never all at once; those of which nothing is known yet, soon. */
const turnMs = 60_000;
const firstTurnMs = 5_000;
/** One that was not calm is asked again so much later while nothing is known of it; else after a whole turn. */
const retryMs = 15_000;

/** Asks each machine once an hour, while nothing is wrong with it, and keeps the last three answers. */
export function createUsualBook(deps: UsualDeps): UsualBook {
  const { clock, log, hosts, everyMs = hourMs } = deps;
  const asked = new Map<string, Stamp>();
  let timer: Timer | null = null;
  let under: Promise<unknown> = Promise.resolve();
  let running = false;
  const noted = new Set<string>();
  const isDue = ({ key }: HostStatus): boolean => {
    const last = asked.get(key);
    // what was not calm when it was asked is asked again soon
    return (
      last === undefined || elapsedMs(last, stampNow(clock)) >= (noted.has(key) ? everyMs : Math.min(retryMs, everyMs))
    );
  };
  const turn = async (): Promise<void> => {
    const due = hosts.hosts().find((host) => host.reading !== null && host.silence === null && isDue(host));
    if (due === undefined) return;
    asked.set(due.key, stampNow(clock));
    noted.delete(due.key);
    try {
      if (await noteOne(deps, due.key)) noted.add(due.key);
    } catch (thrown) {
      log.error("usual state of a host not kept", { host: due.key, error: errorText(thrown) });
    }
  };
  const again = async (): Promise<void> => {
    await turn();
    if (running) wait();
  };
  const wait = (): void => {
    // one that was not read yet is read any moment
    const isNew = hosts.hosts().some(({ key, silence }) => silence?.reason !== "not-set-up" && !noted.has(key));
    timer = clock.after(Math.min(isNew ? firstTurnMs : turnMs, everyMs), () => void (under = again()));
  };
  return {
    start() {
      if (running) return;
      running = true;
      wait();
    },
    async stop() {
      running = false;
      timer?.cancel();
      await under;
    },
    of: (host) => rowsOf(deps, host),
    note: (host) => noteOne(deps, host),
  };
}

function keyOf(host: string): string {
  return `diagnosis.usual.${host}`;
}

async function rowsOf({ read }: UsualDeps, host: string): Promise<readonly HostUsual[]> {
  const text = await read(keyOf(host));
  return text === null ? [] : (JSON.parse(text) as readonly HostUsual[]);
}

async function noteOne(deps: UsualDeps, host: string): Promise<boolean> {
  const { hosts, clock, isCalm, write } = deps;
  if (!isCalm(host)) return false;
  const asked = await hosts.ask(host, []);
  const answers: HostAnswers | null = asked.ok && asked.value.silence === null ? asked.value : null;
  const status = hosts.hosts().find(({ key }) => key === host);
  // something may have gone wrong while it was asked
  if (status === undefined || status.silence !== null || !isCalm(host)) return false;
  const rows = await rowsOf(deps, host);
  const row = usualFrom({ status, answers, before: rows.at(-1) ?? null, atMs: clock.nowMs() });
  await write(keyOf(host), JSON.stringify([...rows, row].slice(-kept)));
  if (answers !== null) await deps.answered?.(host, answers);
  return true;
}
