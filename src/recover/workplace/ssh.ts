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
  /** Takes the key file away. What still runs there is not touched. */
  close(): Promise<void>;
}

/**
 * The far shell reads one line and does what it says: so neither variables nor secrets of a command are ever seen in a
 * list of processes there. sshd makes the shell the head of a session, so its number is that of the process group.
 */
const farShell = `sh -c 'echo koboshi-pid $$ >&2; IFS= read -r k || exit 125; eval "$(printf %s "$k" | base64 -d)"'`;

/** A machine reached by the system's `ssh`, whose key must be the pinned one. */
export async function createSshWorkplace(options: SshWorkplaceOptions): Promise<Result<SshWorkplace, UnknownHost>> {
  const local = createLocalWorkplace({ clock: options.clock });
  const known = await knownHost(local, options);
  if (!known.ok) return known;
  const hosts = await local.putSecret(known.value.line);
  const key = await local.putSecret(`${options.privateKey.reveal().trimEnd()}\n`);
  const argv = sshWords(options, { hosts: hosts.path, key: key.path, algorithm: known.value.algorithm });
  const connect = (): Running => local.start({ argv: [...argv, farShell] });
  const start = (command: Command): Running => startFar(connect, commandScript(command));
  return ok({
    name: options.name,
    start,
    run: (command, wanted) => runToEnd(options.clock, start(command), wanted),
    putSecret: (text) => putSecretBy(start, text),
    async close() {
      await Promise.all([hosts.remove(), key.remove()]);
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
    ControlPath: "none",
    RequestTTY: "no",
    LogLevel: "ERROR",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["ssh", "-F", "none", ...flags, "-p", String(port), "-l", user, "--", address];
}

function startFar(connect: () => Running, script: string): Running {
  const near = connect();
  near.stdin.write(`${Buffer.from(script, "utf8").toString("base64")}\n`);
  let pid: number | null = null;
  let wanted: string | null = null;
  const pass = (signal: string): void => {
    if (pid === null) return;
    const messenger = connect();
    messenger.stdin.end(`${Buffer.from(`kill -s ${signal.slice(3)} -- -${pid}`).toString("base64")}\n`);
    messenger.stdout.resume();
    messenger.stderr.resume();
    // a group that is dead leaves nobody to close the connection when something it started holds it open
    if (signal === "SIGKILL") void messenger.ended.then(() => near.kill("SIGKILL"));
  };
  const stderr = near.stderr.pipe(
    withoutPid((found) => {
      pid = found;
      if (wanted !== null) pass(wanted);
    }),
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

/** The first line of the far shell is not the program's. */
function withoutPid(found: (pid: number) => void): Transform {
  let head: string | null = "";
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === null) return done(null, chunk);
      head += chunk.toString("utf8");
      const match = /^koboshi-pid (\d+)\n/m.exec(head);
      if (match === null) return done();
      found(Number(match[1]));
      const rest = head.replace(match[0], "");
      head = null;
      done(null, rest);
    },
    flush: (done) => done(null, head ?? ""),
  });
}
