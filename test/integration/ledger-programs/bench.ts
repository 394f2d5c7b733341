import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { programWords } from "../../doubles/program.ts";
import { createSystemClock } from "../../../src/app/clock.ts";
import type { Clock } from "../../../src/kernel/clock.ts";
import { KoboshiError } from "../../../src/kernel/errors.ts";
import type { Ledger } from "../../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../../src/storage/ledger/open.ts";

export interface Complaint {
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Opened {
  readonly ledger: Ledger;
  /** warnings and errors */
  readonly complaints: readonly Complaint[];
}

export function clockAhead(aheadMs: number): Clock {
  const system = createSystemClock();
  return { ...system, nowMs: () => system.nowMs() + aheadMs };
}

export async function open(folder: string, clock = clockAhead(0)): Promise<Opened> {
  const complaints: Complaint[] = [];
  const complain = (message: string, facts = {}): void => {
    complaints.push({ message, facts });
  };
  const log = { debug: ignore, info: ignore, warn: complain, error: complain };
  return { ledger: await openLedger({ folder, clock, log }), complaints };
}

function ignore(): void {
  // debug and info are of no interest here
}

export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-ledger-"));
  try {
    await body(path.join(root, "data"));
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

/** The refusal a call ends in; anything else it ends in is a failure. */
export async function refusal(call: Promise<unknown>): Promise<KoboshiError> {
  const thrown = await call.then(
    () => new Error("it was not refused"),
    (error: unknown) => error,
  );
  if (thrown instanceof KoboshiError) return thrown;
  throw thrown;
}

export interface Program {
  readonly child: ChildProcess;
  /** lines of its output, as they come; ends with it */
  readonly lines: AsyncIterableIterator<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly errors: string }>;
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
    child.on("close", (code, signal) => resolve({ code, signal, errors }));
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), ended };
}
