import type { SetTable } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { dumpEngines } from "../dump/engines.ts";
import { dumpPath, type DumpSource, type DumpTrouble } from "../dump/engine.ts";
import { passGate } from "../dump/gate.ts";
import { countRows, questionMarks, type StreamCounter } from "../dump/stream-rows.ts";
import { startBackup, type BackupSummary } from "../restic/backup.ts";
import { isoOf } from "../sets/moment.ts";
import { differingRows, type Dumped, type GateWanted } from "./dumped.ts";
import { dumpThere } from "./dump-there.ts";
import { whileLocked } from "./locked.ts";
import { summaryOf, tagsOf } from "./store.ts";
import { dumpTrouble, type RunTrouble } from "./trouble.ts";
import type { RunWork, Stored } from "./work.ts";

/** Dumps every database of the plan, one after another. */
export async function dumpAll(work: RunWork, stored: Stored): Promise<Result<Stored, RunTrouble>> {
  let all = stored;
  let number = 0;
  for (const database of work.plan.databases) {
    const sources = await dumpEngines[database.engine].sources(work.workplace, database);
    if (!sources.ok) return err(dumpTrouble(`${database.engine}/${database.name}`, sources.error));
    for (const source of sources.value) {
      const place = number++;
      const next = await whileLocked(work, () => dumpOne(work, source, { stored: all, number: place }));
      if (!next.ok) return next;
      all = next.value;
    }
  }
  return ok(all);
}

async function dumpOne(
  work: RunWork,
  source: DumpSource,
  { stored, number }: { readonly stored: Stored; readonly number: number },
): Promise<Result<Stored, RunTrouble>> {
  const beganMs = work.deps.clock.nowMs();
  const opened = await source.open();
  if (!opened.ok) return err(dumpTrouble(source.of, opened.error));
  const { uncovered } = opened.value;
  if (uncovered.length > 0) work.deps.log.warn("tables are dumped without a snapshot", { of: source.of, uncovered });
  const tags = tagsOf(work, "dump", number);
  const dumped = await throughGate(work, source, { dump: opened.value, tags }).finally(() => opened.value.close());
  const summary = dumpedSummary(source.of, dumped);
  if (!summary.ok) return summary;
  const part = { part: "dump", snapshot: summary.value.shortId, files: 1, of: source.of, missing: [] } as const;
  return ok({
    parts: [...stored.parts, { ...part, bytes: dumped.bytes, sha256: dumped.sha256 }],
    tables: [...stored.tables, ...dumped.tables],
    uncovered: [...stored.uncovered, ...uncovered],
    addedBytes: stored.addedBytes + summary.value.addedBytes,
    snapshotAtMs: stored.snapshotAtMs ?? beganMs,
  });
}

function dumpedSummary(of: string, { trouble, end }: Dumped): Result<BackupSummary, RunTrouble> {
  const isRestics = trouble?.reason === "stopped" && end.outcome.end !== "interrupted" && end.outcome.end !== "ok";
  if (trouble !== null && !isRestics) return err(dumpTrouble(of, trouble));
  return summaryOf(end);
}

function throughGate(work: RunWork, source: DumpSource, wanted: GateWanted): Promise<Dumped> {
  const where = work.gate ?? (work.workplace.name === "localhost" ? "here" : "there");
  // MySQL's own program writes rows side by side, which standard tools cannot count
  const countable = !source.of.startsWith("mysql/");
  return where === "there" && countable ? dumpThere(work, source, wanted) : dumpHere(work, source, wanted);
}

async function dumpHere(work: RunWork, source: DumpSource, { dump, tags }: GateWanted): Promise<Dumped> {
  const { deps, repository, plan, workplace } = work;
  const database = source.of.slice(source.of.indexOf("/") + 1);
  const counter =
    dump.format === null
      ? null
      : countRows(dump.format, { database, classes: deps.classes, nowIso: isoOf(deps.clock.nowMs()) });
  const path = dumpPath(plan.key, source.of);
  const backup = startBackup(repository, { host: plan.host, tags, source: { kind: "stdin", path } });
  const running = workplace.start(dump.command);
  const counting = dump.count();
  let tables: readonly SetTable[] = [];
  const gate = await passGate({
    source: running,
    sink: backup.running,
    complete: dump.complete,
    clock: deps.clock,
    signal: work.signal,
    ...(work.noProgressMs === undefined ? {} : { noProgressMs: work.noProgressMs }),
    take: (chunk) => counter?.take(chunk),
    onBytes(bytes) {
      work.speed.at(bytes, null);
    },
    async judge() {
      const counted = counting === null ? null : await counting;
      if (counted !== null && !counted.ok) return counted.error;
      tables = mergeTables(counted?.value ?? null, counter);
      return judgeStream(counted?.value ?? null, counter);
    },
  });
  await counting;
  return { ...gate, tables, end: await backup.ended };
}

/** What the stream itself says against it. */
function judgeStream(counted: readonly SetTable[] | null, counter: StreamCounter | null): DumpTrouble | null {
  if (counter === null) return null;
  const charset = counter.charset();
  if (charset !== null && !charset.startsWith("utf8")) return { reason: "charset", text: charset };
  const questions = questionMarks(counter.tallies());
  if (questions !== null) return { reason: "question-marks", text: questions };
  const seen = new Map(counter.tallies().map((tally) => [tally.table().table, tally.table().rows] as const));
  return counted === null ? null : differingRows(counted, seen);
}

function mergeTables(counted: readonly SetTable[] | null, counter: StreamCounter | null): readonly SetTable[] {
  const streamed = (counter?.tallies() ?? []).map((tally) => tally.table());
  if (counted === null) return streamed;
  const texts = new Map(streamed.map(({ table, textClasses }) => [table, textClasses] as const));
  return counted.map((table) => ({ ...table, textClasses: texts.get(table.table) ?? table.textClasses }));
}
