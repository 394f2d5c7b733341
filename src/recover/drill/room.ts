import path from "node:path";
import { z } from "zod";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Command, Running, Workplace } from "../workplace/workplace.ts";
import type { RoomFacts } from "./safety.ts";
import { mailSinkProgram, refuseScript, roomQuestions, roomScript, sendmailScript } from "./room-script.ts";

/** What something in the room tried to reach, and did not. */
export interface Blocked {
  readonly address: string;
  readonly protocol: string;
  readonly port: number;
}

/** What was done away with at the end. */
export interface Wipe {
  readonly atMs: number;
  readonly files: number;
  readonly bytes: number;
  /** nothing of the room is left: no folder, mount or process */
  readonly clean: boolean;
}

/** A closed place on a machine: its own network, mounts and processes, and one folder that can be written. */
export interface Room {
  /** same path inside and outside */
  readonly root: string;
  readonly inside: Workplace;
  facts(names: readonly string[]): Promise<RoomFacts>;
  /** Lets these names lead to the room itself, the others stay in the black hole. */
  switchTo(names: readonly string[]): Promise<void>;
  tried(): Promise<{ readonly blocked: readonly Blocked[]; readonly mails: number }>;
  /** Ends every process and removes everything. Safe to call twice. */
  close(): Promise<Wipe>;
}

interface Wanted {
  readonly id: string;
  /** the machine it is made on */
  readonly on: Workplace;
  /** absolute; the room is a folder in it */
  readonly folder: string;
  /** names of production */
  readonly names: readonly string[];
  readonly clock: Clock;
}

const readyWithinMs = 20_000;
const blackHole = "192.0.2.1";
const dropped = "-sys_admin,-sys_module,-sys_rawio,-sys_boot,-sys_time,-net_admin,-mknod,-sys_ptrace";

/** Makes the room, its folder claimed by the drill's id. @returns why it could not be made */
export async function openRoom(wanted: Wanted): Promise<Result<Room, string>> {
  const { on, id, folder, clock } = wanted;
  const scratch = path.posix.join(folder, `koboshi-drill-${id}`);
  const claimed = await claim(on, scratch, id);
  if (claimed !== null) return err(claimed);
  await fill(wanted, scratch);
  const holder = on.start({
    argv: [
      "unshare",
      "--mount",
      "--net",
      "--pid",
      "--uts",
      "--ipc",
      "--fork",
      "--kill-child",
      "sh",
      "-c",
      roomScript,
      "koboshi-drill",
      scratch,
    ],
  });
  const first = await firstWords(holder, clock);
  const pid = /^ready (\d+)$/m.exec(first.out)?.[1];
  if (pid === undefined) {
    await leave(holder);
    await wipe(wanted, scratch);
    return err(first.error.trim().slice(0, 400) || "unshare");
  }
  const inside = insideOf(on, pid);
  const sink = inside.start({
    argv: [
      on.name === "localhost" ? process.execPath : "node",
      "-e",
      mailSinkProgram,
      path.posix.join(scratch, "mails"),
    ],
  });
  sink.stdout.resume();
  sink.stderr.resume();
  await sinkListens(inside, clock);
  return ok(roomOf({ wanted, scratch, holder, inside, pid }));
}

/** The folder is made new: one that is there already belongs to someone else. @returns why not */
async function claim(on: Workplace, scratch: string, id: string): Promise<string | null> {
  const script = 'mkdir -p "$(dirname "$1")" && mkdir -m 700 "$1" && printf %s "$2" > "$1/claim" && mkdir "$1/root"';
  const made = await on.run({ argv: ["sh", "-c", script, "koboshi-drill", scratch, id] });
  return made.code === 0 ? null : made.stderr.trim().slice(0, 400);
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

function entering(pid: string, folder: string): readonly string[] {
  const enter = ["nsenter", "--target", pid, "--mount", "--net", "--pid", "--uts", "--ipc", "--"];
  return enter.concat("setpriv", `--bounding-set=${dropped}`, "--", "env", `--chdir=${folder}`);
}

/** Commands enter the room's namespaces and lose what could open them again. */
function insideOf(on: Workplace, pid: string): Workplace {
  const enter = (command: Command): Command => ({
    ...(command.env === undefined ? {} : { env: command.env }),
    argv: entering(pid, command.cwd ?? "/").concat(command.argv),
  });
  return {
    name: `${on.name}#drill`,
    start: (command) => on.start(enter(command)),
    run: (command, options) => on.run(enter(command), options),
    putSecret: (text) => on.putSecret(text),
  };
}

async function sinkListens(inside: Workplace, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const answer = await inside.run({ argv: ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/25"] }, { timeoutMs: 2000 });
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
    inside,
    facts: (names) => askRoom(made, names),
    switchTo: (names) => put(wanted.on, path.posix.join(scratch, "hosts"), hostsFile(wanted.names, names)),
    tried: () => attempts(made),
    close() {
      closing ??= leave(holder).then(() => wipe(wanted, scratch));
      return closing;
    },
  };
}

async function askRoom({ wanted, scratch, inside }: Made, names: readonly string[]): Promise<RoomFacts> {
  const answer = await inside.run(
    { argv: ["bash", "-c", roomQuestions, "koboshi-drill", scratch, ...names] },
    { timeoutMs: 30_000 },
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

/** Addresses of the room's own questions; they are no attempt of the application. */
const ownQuestions: ReadonlySet<string> = new Set(["203.0.113.9", "198.51.100.7"]);

/** Read from outside the room's rights: commands inside have lost that of looking at the firewall. */
async function attempts({ wanted, scratch, pid }: Made): Promise<{ blocked: readonly Blocked[]; mails: number }> {
  const listed = await wanted.on.run(
    { argv: ["nsenter", "--target", pid, "--net", "--", "nft", "-j", "list", "sets"] },
    { timeoutMs: 10_000 },
  );
  const mails = await wanted.on.run({ argv: ["cat", path.posix.join(scratch, "mails")] });
  return { blocked: readSets(listed.stdout), mails: mails.stdout.split("\n").filter((line) => line !== "").length };
}

const NftSets = z.object({
  nftables: z.array(z.object({ set: z.object({ elem: z.array(z.unknown()).optional() }).optional() })),
});
const Element = z.object({ concat: z.array(z.union([z.string(), z.number()])) });

/** What the firewall's sets remember, as `nft -j list sets` prints them. */
export function readSets(json: string): readonly Blocked[] {
  const sets = NftSets.safeParse(parsed(json));
  if (!sets.success) return [];
  return sets.data.nftables
    .flatMap(({ set }) => set?.elem ?? [])
    .flatMap((elem) => {
      const one = Element.safeParse(bare(elem));
      if (!one.success) return [];
      const [address, second, third] = one.data.concat;
      const isMail = third === undefined;
      return [
        { address: String(address), protocol: isMail ? "tcp" : String(second), port: Number(isMail ? second : third) },
      ];
    })
    .filter(({ address }) => !ownQuestions.has(address));
}

/** Some versions wrap an element to add its counter or age. */
function bare(elem: unknown): unknown {
  const wrapped = z.object({ elem: z.object({ val: z.unknown() }) }).safeParse(elem);
  return wrapped.success ? wrapped.data.elem.val : elem;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}

/** Ends the first process of the room, and every other with it. */
async function leave(holder: Running): Promise<void> {
  holder.stdin.end();
  holder.kill("SIGKILL");
  await holder.ended;
}

const wipeScript = String.raw`S=$1
files=$(find "$S/root" -xdev -type f 2>/dev/null | wc -l)
bytes=$(du -sxk "$S/root" 2>/dev/null | cut -f1)
rm -rf --one-file-system -- "$S"
left=0
[ -e "$S" ] && left=1
grep -q " $S" /proc/self/mountinfo && left=1
for d in /proc/[0-9]*; do case "$(readlink "$d/cwd" 2>/dev/null) $(readlink "$d/root" 2>/dev/null)" in *"$S"*) left=1;; esac; done
echo "$files $bytes $left"
`;

async function wipe({ on, clock }: Wanted, scratch: string): Promise<Wipe> {
  const answer = await on.run({ argv: ["sh", "-c", wipeScript, "koboshi-drill", scratch] }, { timeoutMs: 600_000 });
  const [files = 0, kilobytes = 0, left = 1] = answer.stdout.trim().split(" ").map(Number);
  return { atMs: clock.nowMs(), files, bytes: kilobytes * 1024, clean: answer.code === 0 && left === 0 };
}
