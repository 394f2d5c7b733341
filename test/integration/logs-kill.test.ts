import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { createSystemClock } from "../../src/app/clock.ts";
import { openTelemetry } from "../../src/storage/telemetry/open.ts";

/** the soak asks for more */
const kills = Number(process.env["KOBOSHI_KILLS"] ?? 6);
const dayMs = 86_400_000;

test(`killed ${kills} times while its log is rotated, the hub loses no line and takes none twice`, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-kill-"));
  const writer = createWriter(path.join(folder, "app.log"));
  writer.write(10);
  let child: ChildProcess | null = null;
  try {
    const program = await bundled(folder);
    const start = (): ChildProcess =>
      spawn(process.execPath, [program, path.join(folder, "data"), writer.file], {
        stdio: ["ignore", "pipe", "inherit"],
      });
    for (let nth = 0; nth < kills; nth++) {
      child = start();
      if (nth === 0) await idle(child); // from here on it knows the log
      else await once(child.stdout ?? child, "data");
      const untilMs = performance.now() + 60 + ((nth * 97) % 300);
      while (performance.now() < untilMs) {
        writer.write(40);
        if (performance.now() > untilMs - 40) writer.rotate(nth);
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      writer.write(7);
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      writer.write(3);
    }
    writer.write(5);
    child = start();
    await idle(child);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await assertOnce(path.join(folder, "data"), writer.count());
  } finally {
    child?.kill("SIGKILL");
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

interface Writer {
  readonly file: string;
  count(): number;
  write(lines: number): void;
  /** by renaming, by copying and cutting, by renaming and packing: one after the other */
  rotate(nth: number): void;
}

function createWriter(file: string): Writer {
  let count = 0;
  let generation = 0;
  fs.writeFileSync(file, "");
  return {
    file,
    count: () => count,
    write(lines) {
      const texts = Array.from({ length: lines }, () => `${new Date().toISOString()} app: line ${count++} end`);
      fs.appendFileSync(file, `${texts.join("\n")}\n`);
    },
    rotate(nth) {
      const target = `${file}.${new Date().toISOString().replaceAll(/\D/g, "")}${generation++}`;
      if (nth % 3 === 1) {
        fs.copyFileSync(file, target);
        fs.truncateSync(file);
        return;
      }
      fs.renameSync(file, target);
      fs.writeFileSync(file, "");
      if (nth % 3 === 0) return;
      fs.writeFileSync(`${target}.gz`, gzipSync(fs.readFileSync(target)));
      fs.rmSync(target);
    },
  };
}

/** As one file, which starts several times faster. */
async function bundled(folder: string): Promise<string> {
  const outfile = path.join(folder, "program.mjs");
  await build({
    entryPoints: ["test/doubles/log-follow-program.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["@duckdb/node-api", "ssh2"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  for (const name of fs.readdirSync("src/clients").filter((one) => one.endsWith(".sh")))
    fs.copyFileSync(path.join("src/clients", name), path.join(folder, name));
  fs.symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
  return outfile;
}

async function idle(child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 60_000;
  const seen = { last: "", inRow: 0 };
  child.stdout?.on("data", (part: Buffer) => {
    seen.last = part.toString();
    seen.inRow = seen.last.startsWith("idle") ? seen.inRow + 1 : 0;
  });
  while (seen.inRow < 15) {
    if (performance.now() > deadline) throw new Error(`it never came to rest: ${seen.last}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function quiet(): void {
  // what it logs is of no interest here
}

async function assertOnce(folder: string, count: number): Promise<void> {
  const telemetry = await openTelemetry({
    folder,
    clock: createSystemClock(),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retention: () => ({ observationsMs: dayMs, metricsMs: dayMs, logsMs: 14 * dayMs }),
  });
  const lines = await telemetry.read.logs({ fromMs: 0, toMs: Date.now() + dayMs, limit: 50_000 });
  await telemetry.close();
  const numbers = lines.map(({ text }) => Number(/line (\d+) end/.exec(text)?.[1])).sort((a, b) => a - b);
  const missing = Array.from({ length: count }, (_, nth) => nth).filter((nth) => !new Set(numbers).has(nth));
  const twice = numbers.filter((number, nth) => number === numbers[nth - 1]);
  assert.deepEqual({ missing: spansOf(missing), twice: spansOf(twice) }, { missing: [], twice: [] });
  assert.equal(numbers.length, count);
}

/** `10–12` for 10, 11, 12: which write was lost is seen at once. */
function spansOf(numbers: readonly number[]): readonly string[] {
  const firsts = numbers.filter((number, nth) => number - 1 !== numbers[nth - 1]);
  const lasts = numbers.filter((number, nth) => number + 1 !== numbers[nth + 1]);
  return firsts.map((first, nth) => `${first}–${lasts[nth]}`);
}
