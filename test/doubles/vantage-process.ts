// One vantage in its own process: `vantage-process.ts '{"hubUrl":…,"folder":…}'`. Prints its log as JSON lines.
import { createSystemClock } from "../../src/app/clock.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { probes, runVantage } from "../../src/observe/index.ts";

interface Given {
  readonly hubUrl: string;
  readonly tokenFile: string | null;
  readonly folder: string;
  readonly allow: readonly string[];
  /** how far its wall clock is off */
  readonly wallAheadMs: number;
}

const given = JSON.parse(process.argv[2] ?? "{}") as Given;
const system = createSystemClock();
const clock = { ...system, nowMs: () => system.nowMs() + given.wallAheadMs };
const ended = new AbortController();
process.on("SIGTERM", () => ended.abort());
const alive = setInterval(() => {}, 60_000);

function print(level: string) {
  return (message: string, facts: object = {}): void => {
    process.stdout.write(`${JSON.stringify({ level, message, ...facts })}\n`);
  };
}
const log = { debug: print("debug"), info: print("info"), warn: print("warn"), error: print("error") };

try {
  await runVantage({ ...given, clock, probes, log, signal: ended.signal });
} catch (thrown) {
  log.error("ended", { code: thrown instanceof KoboshiError ? thrown.code : String(thrown) });
  process.exitCode = 1;
} finally {
  clearInterval(alive);
}
