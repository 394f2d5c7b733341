import path from "node:path";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { putSecretBy } from "../workplace/secret-file.ts";
import type { Command, Running, Workplace } from "../workplace/workplace.ts";
import { furnishScript } from "./furnish-script.ts";
import {
  claimScript,
  holderScript,
  mailSinkProgram,
  refuseScript,
  roomQuestions,
  roomScript,
  sendmailScript,
} from "./room-script.ts";
import { readSets, type Blocked } from "./room-tries.ts";
import { wipeFolder, type Wipe } from "./room-wipe.ts";
import type { RoomFacts } from "./safety.ts";

/** A closed place on a machine: its own network, mounts and processes, and one folder that can be written. */
export interface Room {
  /** where copies are restored to; same path inside and outside */
  readonly root: string;
  /** folder of the room, of which `root` is a part; databases lie here */
  readonly scratch: string;
  readonly inside: Workplace;
  facts(names: readonly string[]): Promise<RoomFacts>;
  /** Lets these names lead to the room itself, the others stay in the black hole. */
  switchTo(names: readonly string[]): Promise<void>;
  /** What was restored, laid over the machine's own system. To be called once, when `root` is complete. */
  furnish(): Promise<Result<Workplace, string>>;
  tried(): Promise<{ readonly blocked: readonly Blocked[]; readonly mails: number }>;
  /** Ends every process and removes everything. Safe to call twice. */
  close(): Promise<Wipe>;
}

interface Wanted {
  readonly id: string;
  /** the machine it is made on */
  readonly on: Workplace;
  /** the machine-id that was judged: another machine that answers by now is not entered; null: this very machine */
  readonly machineId: string | null;
  /** absolute; the room is a folder in it */
  readonly folder: string;
  /** names of production */
  readonly names: readonly string[];
  readonly clock: Clock;
}

const readyWithinMs = 60_000;
const blackHole = "192.0.2.1";
const dropped = "-sys_admin,-sys_module,-sys_rawio,-sys_boot,-sys_time,-net_admin,-mknod,-sys_ptrace";

/** Makes the room, its folder claimed by the drill's id. @returns why it could not be made */
export async function openRoom(wanted: Wanted): Promise<Result<Room, string>> {
  const { on, id, folder, clock } = wanted;
  const scratch = path.posix.join(folder, `koboshi-drill-${id}`);
  const claimed = await claim(wanted, scratch);
  if (claimed !== null) return err(claimed);
  await fill(wanted, scratch);
  const holder = on.start({ argv: ["sh", "-c", holderScript, "koboshi-drill", scratch, roomScript] });
  const first = await firstWords(holder, clock);
  const pid = /^ready (\d+)$/m.exec(first.out)?.[1];
  if (pid === undefined) {
    await leave(holder);
    await wipeFolder(on, scratch, clock);
    return err(first.error.trim().slice(0, 400) || "unshare");
  }
  const inside = insideOf(on, pid, null);
  const program = on.name === "localhost" ? process.execPath : "node";
  const sink = inside.start({ argv: [program, "-e", mailSinkProgram, path.posix.join(scratch, "mails")] });
  sink.stdout.resume();
  sink.stderr.resume();
  await sinkListens(inside, sink, clock);
  return ok(roomOf({ wanted, scratch, holder, inside, pid }));
}

/** The folder is made new: one that is there already belongs to someone else. @returns why not */
async function claim({ on, id, machineId }: Wanted, scratch: string): Promise<string | null> {
  const made = await on.run({ argv: ["sh", "-c", claimScript, "koboshi-drill", scratch, id, machineId ?? ""] });
  return made.code === 0 ? null : made.stderr.trim().slice(0, 400) || `claim ${made.code}`;
}

async function fill({ on, names }: Wanted, scratch: string): Promise<void> {
  await put(on, path.posix.join(scratch, "hosts"), hostsFile(names, []));
  await put(on, path.posix.join(scratch, "refuse"), refuseScript);
  await put(on, path.posix.join(scratch, "sendmail"), sendmailScript(path.posix.join(scratch, "mails")));
  await put(on, path.posix.join(scratch, "mails"), "");
  const modes = 'chmod 755 "$1" "$1/refuse" "$1/sendmail" && chmod 666 "$1/mails"';
  await on.run({ argv: ["sh", "-c", modes, "koboshi-drill", scratch] });
}

/** Written in place: the file is mounted inside the room by its inode. */
async function put(on: Workplace, file: string, text: string): Promise<void> {
  await on.run({ argv: ["sh", "-c", 'cat > "$1"', "koboshi-drill", file] }, { input: text });
}

function hostsFile(names: readonly string[], here: readonly string[]): string {
  const lines = names.map((name) => `${here.includes(name) ? "127.0.0.1" : blackHole} ${name}`);
  return ["127.0.0.1 localhost", "::1 localhost", ...lines, ""].join("\n");
}

async function firstWords(holder: Running, clock: Clock): Promise<{ out: string; error: string }> {
  let [out, error] = ["", ""];
  const said = new Promise<void>((resolve) => {
    holder.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8").slice(0, 4096);
      if (out.includes("\n")) resolve();
    });
    holder.stderr.on("data", (chunk: Buffer) => {
      error = (error + chunk.toString("utf8")).slice(0, 4096);
    });
  });
  const enough = new AbortController();
  await Promise.race([said, holder.ended, sleep(clock, readyWithinMs, enough.signal)]);
  enough.abort();
  return { out, error };
}

const namespaces = ["--mount", "--net", "--pid", "--uts", "--ipc"];

/** Commands enter the room's namespaces and lose what could open them again. @param system null: the machine's own, read only */
function insideOf(on: Workplace, pid: string, system: string | null): Workplace {
  const room = ["nsenter", "--target", pid, ...namespaces, "--", "setpriv", `--bounding-set=${dropped}`, "--"];
  const entering = system === null ? room : [...room, "chroot", system];
  const enter = (command: Command): Command => ({
    ...(command.env === undefined ? {} : { env: command.env }),
    argv: [...entering, "env", `--chdir=${command.cwd ?? "/"}`, ...command.argv],
  });
  return {
    name: `${on.name}#drill`,
    start: (command) => on.start(enter(command)),
    run: (command, options) => on.run(enter(command), options),
    // what lies in the machine's own memory cannot be seen from inside
    putSecret: (text) => putSecretBy((command) => on.start(enter(command)), text),
  };
}

/** Where no sink can run, mail is refused. */
async function sinkListens(inside: Workplace, sink: Running, clock: Clock): Promise<void> {
  const state = { isOver: false };
  void sink.ended.then(() => (state.isOver = true));
  for (let attempt = 0; attempt < 50 && !state.isOver; attempt++) {
    const answer = await inside.run({ argv: ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/25"] }, { timeoutMs: 5000 });
    if (answer.code === 0) return;
    await sleep(clock, 100);
  }
}

interface Made {
  readonly wanted: Wanted;
  readonly scratch: string;
  readonly holder: Running;
  readonly inside: Workplace;
  /** of the room's first process, as the machine counts */
  readonly pid: string;
}

function roomOf(made: Made): Room {
  const { wanted, scratch, holder, inside } = made;
  let closing: Promise<Wipe> | null = null;
  return {
    root: path.posix.join(scratch, "root"),
    scratch,
    inside,
    facts: (names) => askRoom(made, names),
    switchTo: (names) => put(wanted.on, path.posix.join(scratch, "hosts"), hostsFile(wanted.names, names)),
    furnish: () => furnish(made),
    tried: () => attempts(made),
    close() {
      closing ??= leave(holder).then(() => wipeFolder(wanted.on, scratch, wanted.clock));
      return closing;
    },
  };
}

async function furnish({ wanted: { on }, scratch, pid }: Made): Promise<Result<Workplace, string>> {
  const done = await on.run(
    { argv: ["nsenter", "--target", pid, ...namespaces, "--", "sh", "-c", furnishScript, "koboshi-drill", scratch] },
    { timeoutMs: 120_000 },
  );
  if (done.code === 0) return ok(insideOf(on, pid, path.posix.join(scratch, "system")));
  return err(done.stderr.trim().slice(0, 400) || `overlay ${done.code}`);
}

async function askRoom({ wanted, scratch, inside }: Made, names: readonly string[]): Promise<RoomFacts> {
  const answer = await inside.run(
    { argv: ["bash", "-c", roomQuestions, "koboshi-drill", scratch, ...names] },
    { timeoutMs: 60_000 },
  );
  const text = answer.stdout;
  const told = (yes: string, no: string): boolean | null =>
    text.includes(`${yes}\n`) ? true : text.includes(`${no}\n`) ? false : null;
  const seconds = /^clock (\d+)$/m.exec(text)?.[1];
  return {
    egressClosed: told("egress closed", "egress open"),
    mailClosed: told("mail closed", "mail open"),
    namesReachable: text.includes("names done\n")
      ? [...text.matchAll(/^reachable (\S+)$/gm)].map(([, name = ""]) => name)
      : null,
    cronMasked: told("cron masked", "cron live"),
    clockOffsetMs: seconds === undefined ? null : Number(seconds) * 1000 - wanted.clock.nowMs(),
    claim: /^claim (\S+)$/m.exec(text)?.[1] ?? null,
  };
}

/** Read from outside the room's rights: commands inside have lost that of looking at the firewall. */
async function attempts({ wanted, scratch, pid }: Made): Promise<{ blocked: readonly Blocked[]; mails: number }> {
  const list = "PATH=$PATH:/usr/sbin:/sbin; nft -j list sets";
  const listed = await wanted.on.run(
    { argv: ["nsenter", "--target", pid, "--net", "--", "sh", "-c", list] },
    { timeoutMs: 30_000 },
  );
  const mails = await wanted.on.run({ argv: ["cat", path.posix.join(scratch, "mails")] });
  return { blocked: readSets(listed.stdout), mails: mails.stdout.split("\n").filter((line) => line !== "").length };
}

/** Ends the first process of the room, and every other with it. */
async function leave(holder: Running): Promise<void> {
  holder.stdin.end();
  holder.kill("SIGKILL");
  await holder.ended;
}
