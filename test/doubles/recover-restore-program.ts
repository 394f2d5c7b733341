import { createSystemClock } from "../../src/app/clock.ts";
import { backupRestore } from "../../src/cli/commands/backup-restore.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { createRestoreDoor } from "../../src/recover/restore/door.ts";
import { tableOf } from "./command-table.ts";

// `koboshi backup restore …` as a process of its own, that can be killed. UNIT_BYTES, STALL_MS: smaller and sooner.
const stopping = new AbortController();
process.on("SIGINT", () => stopping.abort());
const pace = {
  unitBytes: Number(process.env["UNIT_BYTES"] ?? 2 ** 31),
  stallMs: Number(process.env["STALL_MS"] ?? 120_000),
  retryMs: [500],
};
process.exitCode = await runCommandLine(
  {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    clock: createSystemClock(),
    isTty: false,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    signal: stopping.signal,
  },
  tableOf(backupRestore(async (deps) => createRestoreDoor({ ...deps, pace }))),
);
