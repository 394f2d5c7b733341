import path from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { LogDesk, LogEntry, LogState, SentAnswer, SentLogs } from "../../kernel/ports-logs.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { LogContext } from "../../readers/logs/formats/format.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { openSpool, type Spool } from "../../storage/spool/spool.ts";
import type { LogLine, NumberedLine, Telemetry } from "../../storage/telemetry/telemetry.ts";
import { templatesAround } from "./around.ts";
import { createDrain, type Drain } from "./drain.ts";
import { createFollowing, keptSources, type Following } from "./following.ts";
import { createSyslogIntake, type SyslogIntake } from "./intake.ts";
import { createKnownSources, type KnownSource, type KnownSources } from "./known-sources.ts";
import { createSenders, type Senders } from "./senders.ts";
import { createSentIntake, type SentIntake } from "./sent.ts";
import { createLogSignals, type LogSignals } from "./signals.ts";
import { sourcesOf } from "./sources.ts";
import { zoneTimes } from "./zone-times.ts";

export interface LogDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Pick<Ledger, "read">;
  readonly telemetry: Pick<Telemetry, "read" | "logs">;
  site(): Site;
  /** the key of a host that is vouched for besides the file; null: none */
  pinnedKey?(host: string): string | null;
  /** IANA zone of a machine's clock; null: not known */
  zoneOf?(host: string): string | null;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
  /** the most that may wait to be made searchable */
  readonly mostSpoolBytes?: number;
}

/** Log lines from files, over SSH and by syslog: accepted durably, made searchable, and looked at for what is not as usual. */
export interface Logs extends LogDesk {
  start(): Promise<void>;
  /** To be called when the configuration was replaced. */
  use(site: Site): Promise<void>;
  /** Lines that came over another protocol; resolves when they survive a kill. @throws when they were not taken */
  takeLines(lines: readonly LogLine[]): Promise<void>;
  /** What was accepted is on disk when it resolves; what is not searchable yet is made so after the next start. */
  stop(): Promise<void>;
}

const lookEveryMs = 30_000;
const saveEveryMs = 5 * 60_000;
/** Lines that old come from a backlog or a file read for the first time: they are history, not news. */
const newsWithinMs = 30 * 60_000;

/** A flood is not shown line by line: of each batch the newest. */
const mostTailed = 500;

interface Noticing extends LogDeps {
  readonly known: KnownSources;
  readonly signals: LogSignals;
  readonly listeners: Set<(entries: readonly LogEntry[]) => void>;
}

interface Desk extends Noticing {
  readonly spool: Spool;
  readonly senders: Senders;
  readonly drain: Drain;
  readonly intake: SyslogIntake;
  readonly following: Following;
  readonly sent: SentIntake;
}

/** Opens the spool in the hub's data folder; follows and listens only after `start`. @throws what keeps the folder from being opened */
export async function createLogs(deps: LogDeps): Promise<Logs> {
  const desk = await openDesk(deps);
  const { drain, intake, following, spool, known, clock, telemetry, senders } = desk;
  let timers: readonly Repeating[] = [];
  const use = async (site: Site): Promise<void> => {
    telemetry.logs.keepSources(keptSources(site));
    following.use(site);
    void senders.use(site);
    await intake.use(site.intake);
  };
  return {
    use,
    async start() {
      drain.start();
      await use(deps.site());
      timers = [
        repeat(clock, lookEveryMs, () => tell(desk, desk.signals.look())),
        repeat(clock, saveEveryMs, known.save),
      ];
    },
    takeLines: (lines) => takeLines(desk, lines),
    async stop() {
      for (const timer of timers) timer.stop();
      await following.stop();
      await intake.stop();
      await drain.stop();
      known.save();
      await spool.close();
    },
    search: async (query) => (await telemetry.read.logs(query)).map(entryOf),
    tail(listener) {
      desk.listeners.add(listener);
      return () => void desk.listeners.delete(listener);
    },
    templatesAround: (input) => templatesAround(telemetry.read, input, known.template),
    state: () => stateOf(desk),
    takeSent: (sent) => takeSent(desk, sent),
  };
}

async function openDesk(deps: LogDeps): Promise<Desk> {
  const { clock, log, ledger, telemetry, site, mostSpoolBytes } = deps;
  const folder = path.join(site().hub.dataFolder, "logs");
  const most = mostSpoolBytes === undefined ? {} : { mostBytes: mostSpoolBytes };
  const spool = openSpool({ folder: path.join(folder, "spool"), clock, log, ...most });
  const context = (source: string): LogContext =>
    zoneTimes(
      () => clock.nowMs(),
      () => zoneOfSource(deps, source),
    );
  const known = createKnownSources({ folder: path.join(folder, "sources"), context });
  const senders = createSenders();
  const signals = createLogSignals(clock, await ledger.read.openSignals());
  const listeners: Desk["listeners"] = new Set();
  const sent = createSentIntake({ spool, clock });
  const parts = { ...deps, spool, known, senders, signals, listeners, sent };
  return {
    ...parts,
    drain: createDrain({ spool, store: telemetry.logs, known, clock, log, stored: (lines) => notice(parts, lines) }),
    intake: createSyslogIntake({ spool, clock, log, senders }),
    following: createFollowing({
      sent,
      spool,
      clock,
      log,
      hostKeyOf: (host) => host.hostKey ?? deps.pinnedKey?.(host.key) ?? null,
    }),
  };
}

/** A file's times are those of its machine, as far as that is known; else the site's. */
function zoneOfSource({ site, zoneOf }: LogDeps, source: string): string {
  const host = /^([^:/]+):\//.exec(source)?.[1];
  const own = host === undefined ? null : zoneOf?.(host);
  return own ?? site().timeZone;
}

/** What was stored is shown to whoever looks on, and compared with what is usual. */
function notice(desk: Noticing, lines: readonly NumberedLine[]): void {
  const { known, signals, clock } = desk;
  const changes: SignalChange[] = [];
  const newsSinceMs = clock.nowMs() - newsWithinMs;
  let [key, source] = ["", null as KnownSource | null];
  for (const line of lines) {
    // lines come by the record: their source seldom changes from one to the next
    if (source === null || line.source !== key) [key, source] = [line.source, known.get(line.source)];
    const news = source.watch.note(line);
    if (line.templateId !== undefined) signals.seen(line.source, line.templateId);
    if (news === null || line.atMs < newsSinceMs) continue;
    const template = source.reader.templates.find(news.templateId)?.text ?? line.text;
    changes.push(...signals.take(news, template));
  }
  tell(desk, changes);
  if (desk.listeners.size === 0) return;
  const entries = lines.slice(-mostTailed).map(entryOf);
  for (const listener of desk.listeners) listener(entries);
}

function tell({ take, log }: Noticing, changes: readonly SignalChange[]): void {
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) =>
    log.error("signals of log lines were not written down", { error: errorText(thrown) }),
  );
}

async function takeLines({ spool, clock }: Desk, lines: readonly LogLine[]): Promise<void> {
  const bySource = new Map<string, LogLine[]>();
  for (const line of lines) {
    const ofSource = bySource.get(line.source);
    if (ofSource === undefined) bySource.set(line.source, [line]);
    else ofSource.push(line);
  }
  const receivedAtMs = clock.nowMs();
  await Promise.all(
    [...bySource].map(([source, ofSource]) =>
      spool.append({
        source,
        receivedAtMs,
        meta: { kind: "read", host: ofSource[0]?.host ?? null, format: null },
        body: Buffer.from(ofSource.map((line) => `${JSON.stringify(line)}\n`).join("")),
      }),
    ),
  );
}

async function takeSent({ site, sent: intake }: Desk, sent: SentLogs): Promise<Result<SentAnswer, KoboshiError>> {
  const host = site().hosts.get(sent.host);
  if (host === undefined) return err(new KoboshiError("KB1002", { what: sent.host }));
  if (host.look?.by !== "agent") return err(new KoboshiError("KB4204", { host: sent.host }));
  return ok({ taken: await intake.take(sent), paths: intake.paths(sent.host) });
}

function entryOf(line: LogLine): LogEntry {
  const { atMs, source, host, severity, text, seq = null, program = null, format = null, templateId = null } = line;
  return { seq, atMs, source, host, program, severity, format, templateId, fields: line.fields ?? {}, text };
}

function stateOf(desk: Desk): LogState {
  const { spool, drain, following, signals } = desk;
  const { backlogBytes, mostBytes, problem } = spool.state();
  return {
    sources: sourcesOf({ ...desk, followed: () => following.list() }),
    backlogBytes,
    mostBacklogBytes: mostBytes,
    lines: drain.lines(),
    blockedBy: problem ?? drain.blockedBy(),
    heldBack: signals.heldBack(),
  };
}

interface Repeating {
  stop(): void;
}

function repeat(clock: Clock, everyMs: number, work: () => void): Repeating {
  let isStopped = false;
  let timer = clock.after(everyMs, again);
  function again(): void {
    work();
    if (!isStopped) timer = clock.after(everyMs, again);
  }
  return {
    stop() {
      isStopped = true;
      timer.cancel();
    },
  };
}
