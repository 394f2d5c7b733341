import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Secret } from "../../src/kernel/secret.ts";
import { freePort } from "./hub-process.ts";
import { runServer, type ServerProcess } from "./server-process.ts";

/** A machine to look into: a real sshd of this machine's package with keys, users' start-up files and clock of its own. */
export interface SshHost {
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` of the host key it shows now */
  readonly fingerprint: string;
  readonly readKey: Secret;
  /** a key it does not know */
  readonly strangeKey: Secret;
  readonly folder: string;
  signal(name: NodeJS.Signals): void;
  /** ends the server, its sessions too, and starts it with these lines besides, or with another host key */
  restart(options?: SshHostOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface SshHostOptions {
  /** lines of sshd_config */
  readonly lines?: readonly string[];
  /** what a session finds in its environment: `NAME=value` */
  readonly environment?: readonly string[];
  readonly newHostKey?: boolean;
  /** what its authorized_keys puts before the key: `command="…",restrict` */
  readonly before?: string;
  readonly hostKeyType?: "ed25519" | "rsa";
  /** what it sees at these paths instead, files or folders: other sessions of this machine see their own */
  readonly inPlace?: Readonly<Record<string, string>>;
}

export interface FirstOptions extends SshHostOptions {
  /** also after a restart: it has no lists of packages, so that a thorough look at it is as quick as any */
  readonly withoutPackageLists?: boolean;
}

/**
 * The line of sshd_config for `NAME=value`. bash reads the user's .bashrc at every SSH login of the first level: whoever runs
 * the tests may have anything in it, slow or waiting for a lock, and it is none of the host's that is looked into.
 */
export function sessionEnvironment(variables: readonly string[] = []): string {
  return ["SetEnv", "SHLVL=1", ...variables].join(" ");
}

export async function startSshHost(first: FirstOptions = {}): Promise<SshHost> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-host-"));
  const file = (name: string): string => path.join(folder, name);
  for (const name of ["read", "strange"]) makeKey(file(name), "ed25519");
  if (process.getuid?.() === 0) fs.mkdirSync("/run/sshd", { recursive: true });
  const port = await freePort();
  let server: ServerProcess | null = null;
  let fingerprint = "";
  const lists = first.withoutPackageLists === true ? { "/var/lib/apt/lists": file("lists") } : {};
  fs.mkdirSync(file("lists"));

  async function start(options: SshHostOptions) {
    const { lines = [], environment = [], newHostKey, before = "", hostKeyType = "ed25519", inPlace = {} } = options;
    if (newHostKey === true) fs.rmSync(file("host"), { force: true });
    if (!fs.existsSync(file("host"))) makeKey(file("host"), hostKeyType);
    fingerprint = execFileSync("ssh-keygen", ["-l", "-f", file("host.pub")], { encoding: "utf8" }).split(" ")[1] ?? "";
    const key = fs.readFileSync(file("read.pub"), "utf8");
    fs.writeFileSync(file("authorized_keys"), `${before}${before === "" ? "" : " "}${key}`, { mode: 0o600 });
    const config = [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${file("host")}`,
      `AuthorizedKeysFile ${file("authorized_keys")}`,
      `PidFile ${file("pid")}`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "PermitRootLogin yes",
      "MaxStartups 500",
      sessionEnvironment(environment),
      ...lines,
    ];
    fs.writeFileSync(file("sshd_config"), `${config.join("\n")}\n`);
    const sshd = ["/usr/sbin/sshd", "-D", "-e", "-f", file("sshd_config")];
    const binds = Object.entries({ ...lists, ...inPlace }).map(
      ([target, source]) => `mount --bind '${source}' '${target}' && `,
    );
    server =
      binds.length === 0
        ? runServer(sshd[0] ?? "", sshd.slice(1))
        : runServer("unshare", ["-m", "sh", "-c", `${binds.join("")}exec ${sshd.join(" ")}`]);
    await answering(port, server);
  }

  async function end(): Promise<void> {
    const pid = server?.pid ?? 0;
    const sessions = childrenOf(pid);
    await server?.stop();
    // a session outlives its server
    for (const session of sessions) kill(session);
    server = null;
  }

  await start(first);
  const secret = (name: string): Secret => new Secret(fs.readFileSync(file(name), "utf8"), "test");
  return {
    port,
    user: os.userInfo().username,
    get fingerprint() {
      return fingerprint;
    },
    readKey: secret("read"),
    strangeKey: secret("strange"),
    folder,
    signal(name) {
      for (const pid of [server?.pid ?? 0, ...childrenOf(server?.pid ?? 0)]) process.kill(pid, name);
    },
    async restart(options = {}) {
      await end();
      await start(options);
    },
    async stop() {
      await end();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function makeKey(file: string, type: "ed25519" | "rsa"): void {
  fs.rmSync(`${file}.pub`, { force: true });
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", file]);
}

/** Everything below a process, as the kernel lists it. */
function childrenOf(pid: number): readonly number[] {
  try {
    const text = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    const own = text.split(" ").filter(Boolean).map(Number);
    return [...own, ...own.flatMap(childrenOf)];
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it is gone already
  }
}

async function answering(port: number, server: ServerProcess): Promise<void> {
  const untilMs = performance.now() + 15_000;
  for (;;) {
    const heard = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("data", () => resolve(true)).once("error", () => resolve(false));
      socket.once("data", () => socket.destroy());
    });
    if (heard) return;
    if (performance.now() > untilMs) throw new Error(`sshd did not start: ${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
