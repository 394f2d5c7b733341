#!/usr/bin/env node
import { createSystemClock } from "../app/clock.ts";
import { commands } from "./commands/index.ts";
import { runCommandLine } from "./run.ts";

const stopping = new AbortController();
let asked = 0;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    asked += 1;
    // once: end cleanly; twice: now
    if (asked > 1) process.exit(130);
    stopping.abort();
  });
}
// `koboshi status | head` closes our output early: that is no failure
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const argv = process.argv.slice(2);
process.exitCode = await runCommandLine(
  {
    argv: argv.length === 0 && process.stdout.isTTY ? ["status"] : argv,
    env: process.env,
    cwd: process.cwd(),
    clock: createSystemClock(),
    isTty: process.stdout.isTTY,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    signal: stopping.signal,
  },
  commands,
);
