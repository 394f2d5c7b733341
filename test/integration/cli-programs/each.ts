// Runs the command lines given as JSON on standard input in this one process, from the build, each to its end and one after
// the other. Prints as JSON what each wrote to standard output; anything a command prints past its own door spoils that.
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import path from "node:path";

const built = (name: string): string => pathToFileURL(path.resolve("dist", name)).href;
const { runCommandLine } = (await import(built("cli/run.js"))) as typeof import("../../../src/cli/run.ts");
const { commands } = (await import(
  built("cli/commands/index.js")
)) as typeof import("../../../src/cli/commands/index.ts");
const { createSystemClock } = (await import(built("app/clock.js"))) as typeof import("../../../src/app/clock.ts");

const lines = JSON.parse(await text(process.stdin)) as string[][];
const printed: string[] = [];
for (const argv of lines) {
  let out = "";
  await runCommandLine(
    {
      argv,
      env: process.env,
      cwd: process.cwd(),
      clock: createSystemClock(),
      isTty: false,
      stdout: (chunk) => void (out += chunk),
      stderr: () => undefined,
      signal: new AbortController().signal,
    },
    commands,
  );
  printed.push(out);
}
process.stdout.write(JSON.stringify(printed));
