import { KoboshiError } from "../../kernel/errors.ts";
import type { RunResult, Workplace } from "../workplace/workplace.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect } from "../workplace/run.ts";
import { cleanScript, freeScript, lockScript, markScript, marksScript, surveyScript, timesScript } from "./scripts.ts";

export interface Spot {
  readonly isThere: boolean;
  /** another file system is mounted at this very path, so it cannot be moved */
  readonly isMount: boolean;
  /** folder on the same file system from which things are moved into place */
  readonly base: string;
}

export interface FreeSpace {
  readonly bytes: number;
  /** null: this file system does not count them */
  readonly inodes: number | null;
}

/** The machine and folder something is restored to. */
export interface Target {
  readonly folder: string;
  readonly set: string;
  survey(paths: readonly string[]): Promise<ReadonlyMap<string, Spot>>;
  free(base: string): Promise<FreeSpace | null>;
  /** names of marks that were made for this set, with what they say */
  marks(): Promise<ReadonlyMap<string, string>>;
  mark(name: string, text: string): Promise<void>;
  /** @throws KB8304 while someone else restores there */
  lock(holder: string): Promise<{ release(): Promise<void> }>;
  /** sets the times of folders that were made, and takes the state away */
  finish(): Promise<void>;
  /** runs a script with the target's variables; paths through xargs */
  each(script: string, paths: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
}

const quickMs = 120_000;
const longMs = 3_600_000;

export function createTarget(workplace: Workplace, folder: string, set: string): Target {
  const env = { KOBOSHI_FOLDER: folder, KOBOSHI_SET: set };
  const state = `${folder.replace(/\/$/, "")}/.koboshi-restoring/${set}`;
  const run = (script: string, input = "", more: Readonly<Record<string, string>> = {}): Promise<RunResult> =>
    workplace.run({ argv: ["sh", "-c", script], env: { ...env, ...more } }, { input, timeoutMs: longMs });
  const each: Target["each"] = (script, paths, more = {}) =>
    workplace.run(
      { argv: ["xargs", "-0", "-r", "sh", "-c", script, "sh"], env: { ...env, ...more } },
      { input: Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1"), timeoutMs: longMs },
    );
  return {
    folder,
    set,
    each,
    async survey(paths) {
      const said = await each(surveyScript, paths);
      const spots = said.stdout.split("\0").slice(0, -1);
      if (said.code !== 0 || spots.length !== paths.length) throw notUsable(workplace, folder, said.stderr);
      return new Map(paths.map((path, index) => [path, readSpot(spots[index] ?? "")]));
    },
    free: (base) => freeSpace(workplace, base),
    async marks() {
      const listed = await run(marksScript);
      return new Map(listed.stdout.split("\n").flatMap((line) => markOf(line)));
    },
    async mark(name, text) {
      const said = await run(markScript, text, { KOBOSHI_MARK: name });
      if (said.code !== 0)
        throw new KoboshiError("KB8307", { target: workplace.name, folder: state, text: safeText(said.stderr, []) });
    },
    lock: (holder) => lock(workplace, { ...env, KOBOSHI_HOLDER: holder }),
    async finish() {
      await run(`${timesScript}\n`);
      await run(cleanScript);
    },
  };
}

function readSpot(said: string): Spot {
  const [there, mount, ...base] = said.split(" ");
  return { isThere: there === "1", isMount: mount === "1", base: base.join(" ") };
}

function markOf(line: string): readonly (readonly [string, string])[] {
  const [name, text = ""] = line.split("\t");
  return name === undefined || name === "" ? [] : [[name, text]];
}

async function freeSpace(workplace: Workplace, base: string): Promise<FreeSpace | null> {
  const command = { argv: ["sh", "-c", freeScript, "sh", base], env: { LC_ALL: "C" } };
  const said = await workplace.run(command, { timeoutMs: quickMs });
  const [kibibytes, inodes, total] = said.stdout.trim().split(/\s+/).map(Number);
  if (said.code !== 0 || kibibytes === undefined || !Number.isFinite(kibibytes)) return null;
  return { bytes: kibibytes * 1_024, inodes: (total ?? 0) > 0 && inodes !== undefined ? inodes : null };
}

async function lock(
  workplace: Workplace,
  env: Readonly<Record<string, string>>,
): Promise<{ release(): Promise<void> }> {
  const running = workplace.start({ argv: ["sh", "-c", lockScript], env });
  const errors = collect(running.stderr, 4_096);
  let said = "";
  const held = await new Promise<boolean>((resolve) => {
    running.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.endsWith("koboshi-held\n")) resolve(true);
    });
    running.stdout.once("close", () => resolve(false));
  });
  const [target, folder] = [workplace.name, env["KOBOSHI_FOLDER"] ?? ""];
  if (!held) {
    const { code } = await running.ended;
    if (code !== 75) throw notUsable(workplace, folder, errors.text());
    throw new KoboshiError("KB8304", { target, folder, holder: safeText(said, []) });
  }
  return {
    async release() {
      running.stdin.end();
      await running.ended;
    },
  };
}

function notUsable({ name }: Workplace, folder: string, text: string): KoboshiError {
  return new KoboshiError("KB8307", { target: name, folder, text: safeText(text, []) });
}
