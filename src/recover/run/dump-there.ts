import type { SetTable } from "../../kernel/model/backup.ts";
import { bareName } from "../dump/columns.ts";
import { dumpPath, type DumpSource, type DumpTrouble } from "../dump/engine.ts";
import { farGateScript, readFarGate } from "../dump/far-gate.ts";
import { noProgressLimitMs } from "../dump/gate.ts";
import { backupWords, watchBackup } from "../restic/backup.ts";
import { differingRows, type Dumped, type GateWanted } from "./dumped.ts";
import type { RunWork } from "./work.ts";

const lookEveryMs = 5_000;

/** Dump and restic meet on the far host: only progress and figures travel. Texts are not counted there. */
export async function dumpThere(work: RunWork, source: DumpSource, { dump, tags }: GateWanted): Promise<Dumped> {
  const { repository, plan, workplace } = work;
  const path = dumpPath(plan.key, source.of);
  const words = backupWords({ host: plan.host, tags, source: { kind: "stdin", path } });
  const script = farGateScript({
    dump: dump.command,
    restic: { argv: [...repository.program, ...repository.flags, ...words], env: repository.env },
    complete: dump.complete,
    format: dump.format,
  });
  const running = workplace.start({ argv: ["sh", "-s"] });
  running.stdin.end(script);
  const counting = dump.count();
  const lines: string[] = [];
  const guard = watchProgress(work, () => running.kill("SIGKILL"));
  const end = await watchBackup(
    running,
    ({ doneBytes }) => {
      guard.at(doneBytes);
      work.speed.at(doneBytes, null);
    },
    (line) => void lines.push(line),
  ).finally(guard.stop);
  const counted = counting === null ? null : await counting;
  const gate = readFarGate(lines);
  const nothing = { end, bytes: 0, sha256: "", tables: [] };
  if (gate === null) return { ...nothing, trouble: guard.trouble() ?? { reason: "stopped", text: end.outcome.text } };
  if (gate.trouble !== null) return { ...nothing, trouble: gate.trouble };
  if (counted !== null && !counted.ok) return { ...nothing, trouble: counted.error };
  const rows = new Map([...gate.rows].map(([table, count]) => [bareName(table), count] as const));
  const trouble = counted === null || dump.format === null ? null : differingRows(counted.value, rows);
  const tables = counted?.value ?? tablesOf(source.of, rows);
  return { end, trouble, bytes: gate.bytes, sha256: gate.sha256, tables };
}

function tablesOf(of: string, rows: ReadonlyMap<string, number>): readonly SetTable[] {
  const database = of.slice(of.indexOf("/") + 1);
  return [...rows].map(([table, count]) => ({
    database,
    table,
    rows: count,
    maxKey: null,
    newest: null,
    textClasses: {},
  }));
}

interface Guard {
  at(bytes: number): void;
  stop(): void;
  trouble(): DumpTrouble | null;
}

/** Ends what makes no progress, and what is not wanted any more. */
function watchProgress(
  { deps: { clock }, signal, noProgressMs = noProgressLimitMs }: RunWork,
  kill: () => void,
): Guard {
  let trouble: DumpTrouble | null = null;
  let bytes = -1;
  let movedAtMs = clock.monotonicMs();
  const give = (reason: DumpTrouble["reason"], text: string): void => {
    trouble ??= { reason, text };
    kill();
  };
  const abort = (): void => give("stopped", "");
  const look = (): void => {
    if (clock.monotonicMs() - movedAtMs >= noProgressMs) give("stalled", `${Math.round(noProgressMs / 1_000)} s`);
    else timer = clock.after(Math.min(lookEveryMs, noProgressMs), look);
  };
  let timer = clock.after(Math.min(lookEveryMs, noProgressMs), look);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) abort();
  return {
    at(next) {
      if (next !== bytes) movedAtMs = clock.monotonicMs();
      bytes = next;
    },
    stop() {
      timer.cancel();
      signal?.removeEventListener("abort", abort);
    },
    trouble: () => trouble,
  };
}
