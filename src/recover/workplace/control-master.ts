import fs from "node:fs/promises";
import { sleep, type Clock } from "../../kernel/clock.ts";
import type { LocalWorkplace } from "./local.ts";
import { collect } from "./run.ts";

/** Ending needs no answer of the machine. */
const endLimitMs = 3_000;
const maxWordsBytes = 4_096;

/**
 * Makes a folder that only its owner may enter, says where, and lets `ssh` ($1; its words follow) serve a socket in it.
 * The folder goes with the connection, whatever ended that: so nobody meets the socket of a dead one.
 */
const script = [
  "umask 077",
  'for base in /dev/shm /run "${TMPDIR:-/tmp}"; do',
  '  folder=$(mktemp -d "$base/koboshi-ssh-XXXXXXXX" 2>/dev/null) && break',
  "done",
  '[ -n "$folder" ] || exit 1',
  "trap 'rm -rf \"$folder\"' EXIT",
  "trap 'exit 143' HUP INT TERM",
  "printf '%s\\n' \"$folder\"",
  'program=$1; shift; "$program" -M -S "$folder/s" "$@"',
  "exit $?",
].join("\n");

/**
 * What the connection itself does over there: nothing, until its input ends. That is a pipe which only this process holds:
 * however this process ends, the connection ends too, with the last command on it.
 */
const farHolder = "sh -c 'echo koboshi-ready; exec cat >/dev/null'";

/** One connection to a machine, for commands to share: an `ssh` that serves a socket. */
export interface ControlMaster {
  /** null: not there yet, or no more */
  socket(): string | null;
  /** what `ssh` said of it */
  words(): string;
  /** whether it came about; resolves when that is known */
  readonly opened: Promise<boolean>;
  readonly ended: Promise<void>;
  /** `now`: not only when the last command on it has ended */
  end(when: "idle" | "now"): Promise<void>;
}

/** @param argv `ssh` and its words up to the address, without any about a socket */
export function startControlMaster(local: LocalWorkplace, clock: Clock, argv: readonly string[]): ControlMaster {
  const holder = local.start({ argv: ["sh", "-c", script, "koboshi-ssh", ...argv, farHolder] });
  const said = collect(holder.stderr, maxWordsBytes);
  let folder: string | null = null;
  let isServing = false;
  const opened = new Promise<boolean>((resolve) => {
    let heard = "";
    holder.stdout.on("data", (chunk: Buffer) => {
      if (isServing) return;
      heard += chunk.toString("utf8");
      folder = /^(\/.*)\n/.exec(heard)?.[1] ?? null;
      isServing = folder !== null && heard.includes("koboshi-ready\n");
      if (isServing) resolve(true);
    });
    void holder.ended.then(() => resolve(isServing));
  });
  let isOver = false;
  const over = (): void => {
    isOver = true;
    isServing = false;
  };
  const ended = holder.ended.then(over);
  return {
    socket: () => (isServing && folder !== null ? `${folder}/s` : null),
    words: said.text,
    opened,
    ended,
    async end(when) {
      holder.stdin.end();
      if (when === "idle" || isOver) return;
      // the same to it as `ssh -O exit`, also before there is a socket
      holder.kill("SIGTERM");
      const limit = new AbortController();
      await Promise.race([ended, sleep(clock, endLimitMs, limit.signal)]);
      limit.abort();
      if (isOver) return;
      holder.kill("SIGKILL");
      await ended;
      if (folder !== null) await fs.rm(folder, { recursive: true, force: true });
    },
  };
}
