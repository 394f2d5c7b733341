import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { programWords } from "../../doubles/program.ts";
import { createSystemClock } from "../../../src/app/clock.ts";
import type { Clock } from "../../../src/kernel/clock.ts";
import { openTelemetry } from "../../../src/storage/telemetry/open.ts";
import type { Profile } from "../../../src/storage/telemetry/profile.ts";
import type { Telemetry } from "../../../src/storage/telemetry/telemetry.ts";
import { dayMs } from "../../contract/telemetry/samples.ts";

export interface Complaint {
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Opened {
  readonly telemetry: Telemetry;
  readonly complaints: readonly Complaint[];
  /** where the files lie */
  readonly folder: string;
}

export const keep = { observationsMs: 35 * dayMs, metricsMs: 90 * dayMs, logsMs: 14 * dayMs };
/** Days are closed as soon as they are quiet for an instant, and looked after all the time. */
export const hasty: Partial<Profile> = { closeAfterMs: 1, tidyEveryMs: 100, flushAfterMs: 50 };

export async function open(
  root: string,
  profile: Partial<Profile> = {},
  clock: Clock = createSystemClock(),
): Promise<Opened> {
  const complaints: Complaint[] = [];
  const complain = (message: string, facts = {}): void => void complaints.push({ message, facts });
  const log = { debug: ignore, info: ignore, warn: complain, error: complain };
  const telemetry = await openTelemetry({ folder: root, clock, log, retention: () => keep, profile });
  return { telemetry, complaints, folder: path.join(root, "telemetry") };
}

function ignore(): void {
  // debug and info are of no interest here
}

export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-telemetry-"));
  try {
    await body(root);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

export interface Program {
  readonly child: ChildProcess;
  /** lines of its output, as they come; ends with it */
  readonly lines: AsyncIterableIterator<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
}

/** Starts a program of this folder; `wrap` is a command to run it under. */
export function start(name: string, args: readonly string[], wrap: readonly string[] = []): Program {
  const file = path.join(import.meta.dirname, `${name}.ts`);
  const [command = "", ...rest] = [...wrap, process.execPath, ...programWords(file), ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<Awaited<Program["ended"]>>((resolve) => {
    child.on("close", (code) => resolve({ code, errors }));
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), ended };
}
