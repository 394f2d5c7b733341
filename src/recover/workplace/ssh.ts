import { Transform } from "node:stream";
import type { Clock } from "../../kernel/clock.ts";
import type { Command, Running, Workplace } from "./workplace.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Secret } from "../../kernel/secret.ts";
import { knownHost, type UnknownHost } from "./known-host.ts";
import { createLocalWorkplace } from "./local.ts";
import { commandScript } from "./quote.ts";
import { runToEnd } from "./run.ts";
import { putSecretBy } from "./secret-file.ts";
import { openSharedConnection, type Seat } from "./shared-connection.ts";

/** Exit status of `ssh` itself. Source: ssh(1), «EXIT STATUS». */
const sshFailed = 255;
/** What `ssh` says when the shared connection does not take a command, before it connects by itself. */
const ownLines = /^mux_client_\w+: [^\r\n]*\r?\n/gm;
const fullConnection = /^mux_client_\w+: session request failed: /m;

export interface SshWorkplaceOptions {
  readonly clock: Clock;
  /** `host:web1` */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: Secret;
  /** `SHA256:…`; null: nothing is trusted, nothing is sent */
  readonly hostKey: string | null;
}

export interface SshWorkplace extends Workplace {
  /** Takes the key file away and ends the connection. What still runs there is not touched. */
  close(): Promise<void>;
}

/**
 * The far shell reads one line and does what it says: so neither variables nor secrets of a command are ever seen in a
 * list of processes there. sshd makes the shell the head of a session, so its number is that of the process group.
 */
const farShell = `sh -c 'echo koboshi-pid $$ >&2; IFS= read -r k || exit 125; eval "$(printf %s "$k" | base64 -d)"'`;

/**
 * A machine reached by the system's `ssh`, whose key must be the pinned one. Its commands share one connection; where that
 * is full or gone, a command makes one of its own.
 */
export async function createSshWorkplace(options: SshWorkplaceOptions): Promise<Result<SshWorkplace, UnknownHost>> {
  const local = createLocalWorkplace({ clock: options.clock });
  const known = await knownHost(local, options);
  if (!known.ok) return known;
  const hosts = await local.putSecret(known.value.line);
  const key = await local.putSecret(`${options.privateKey.reveal().trimEnd()}\n`);
  const argv = sshWords(options, { hosts: hosts.path, key: key.path, algorithm: known.value.algorithm });
  const shared = await openSharedConnection({ clock: options.clock, local, argv });
  const connect = (seat: Seat | null): Running => {
    const near = local.start({ argv: [...through(argv, seat?.socket ?? "none"), farShell] });
    if (seat !== null) void near.ended.then(seat.leave);
    return near;
  };
  const start = (command: Command): Running => startFar(connect, shared.take(), commandScript(command));
  return ok({
    name: options.name,
    start,
    run: (command, wanted) => runToEnd(options.clock, start(command), wanted),
    putSecret: (text) => putSecretBy(start, text),
    async close() {
      await Promise.all([shared.close(), hosts.remove(), key.remove()]);
    },
  });
}

function sshWords(
  { address, port, user }: SshWorkplaceOptions,
  files: { readonly hosts: string; readonly key: string; readonly algorithm: string },
): readonly string[] {
  const settings = {
    BatchMode: "yes",
    IdentitiesOnly: "yes",
    IdentityFile: files.key,
    IdentityAgent: "none",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: files.hosts,
    GlobalKnownHostsFile: "/dev/null",
    HostKeyAlgorithms: files.algorithm === "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : files.algorithm,
    PreferredAuthentications: "publickey",
    ConnectTimeout: "15",
    ServerAliveInterval: "15",
    ServerAliveCountMax: "4",
    ForwardAgent: "no",
    ForwardX11: "no",
    RequestTTY: "no",
    LogLevel: "ERROR",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["ssh", "-F", "none", ...flags, "-p", String(port), "-l", user, "--", address];
}

/** Never another socket than this one; what cannot use it connects by itself. */
function through([ssh = "", ...words]: readonly string[], socket: string): readonly string[] {
  return [ssh, "-S", socket, ...words];
}

function startFar(connect: (seat: Seat | null) => Running, seat: Seat | null, script: string): Running {
  const near = connect(seat);
  near.stdin.write(`${Buffer.from(script, "utf8").toString("base64")}\n`);
  let pid: number | null = null;
  let wanted: string | null = null;
  const pass = (signal: string): void => {
    if (pid === null) return;
    // by a connection of its own: the shared one may be what hangs
    const messenger = connect(null);
    messenger.stdin.end(`${Buffer.from(`kill -s ${signal.slice(3)} -- -${pid}`).toString("base64")}\n`);
    messenger.stdout.resume();
    messenger.stderr.resume();
    // a group that is dead leaves nobody to close the connection when something it started holds it open
    if (signal === "SIGKILL") void messenger.ended.then(() => near.kill("SIGKILL"));
  };
  const begun = (found: number): void => {
    pid = found;
    if (wanted !== null) pass(wanted);
  };
  const stderr = near.stderr.pipe(
    farWords({ begun, refused: () => seat?.refused(), last: () => lastWords(near, seat) }),
  );
  void near.ended.then(() => (pid = null));
  return {
    stdin: near.stdin,
    stdout: near.stdout,
    stderr,
    ended: near.ended,
    kill(signal) {
      wanted = signal;
      // not begun over there: the far shell ends with the connection
      if (pid === null && signal === "SIGKILL") near.kill("SIGKILL");
      pass(signal);
    },
  };
}

/** What `ssh` says itself when a connection is cut, which a command that shared it cannot know. */
async function lastWords(near: Running, seat: Seat | null): Promise<string> {
  const { code } = await near.ended;
  return seat === null || code !== sshFailed ? "" : seat.lastWords();
}

/** The first line of the far shell is not the program's, nor what was said before of a connection that was full. */
function farWords(heard: { begun(pid: number): void; refused(): void; last(): Promise<string> }): Transform {
  let head: string | null = "";
  const own = (text: string): string => {
    if (fullConnection.test(text)) heard.refused();
    return text.replace(ownLines, "");
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === null) return done(null, chunk);
      head += chunk.toString("utf8");
      const match = /^koboshi-pid (\d+)\n/m.exec(head);
      if (match === null) return done();
      const rest = own(head.slice(0, match.index)) + head.slice(match.index + match[0].length);
      head = null;
      heard.begun(Number(match[1]));
      done(null, rest);
    },
    flush(done) {
      const finish = (words: string): void => done(null, own(head ?? "") + words);
      void heard.last().then(finish);
    },
  });
}
