import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Secret } from "../../src/kernel/secret.ts";

export interface Sshd {
  readonly port: number;
  readonly pid: number;
  readonly user: string;
  /** `SHA256:…` by kind of host key */
  readonly fingerprints: Readonly<Record<KeyKind, string>>;
  /** a key the server lets in */
  key(kind: KeyKind): Secret;
  stop(): Promise<void>;
}

export type KeyKind = "ed25519" | "ecdsa" | "rsa";
const kinds: readonly KeyKind[] = ["ed25519", "ecdsa", "rsa"];

/**
 * A real sshd of this machine's package, on a free port of 127.0.0.1, with keys and configuration of its own, for the user
 * who runs the test.
 * @param options.tmpfs mounts a small tmpfs there, seen by this server alone
 */
export async function startSshd(options: { tmpfs?: { path: string; size: string } } = {}): Promise<Sshd> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-sshd-"));
  for (const kind of kinds) for (const use of ["host", "user"]) makeKey(path.join(folder, `${use}_${kind}`), kind);
  const file = (name: string): string => path.join(folder, name);
  const authorized = kinds.map((kind) => fs.readFileSync(file(`user_${kind}.pub`), "utf8")).join("");
  fs.writeFileSync(file("authorized_keys"), authorized, { mode: 0o600 });
  const port = await freePort();
  fs.writeFileSync(
    file("sshd_config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      ...kinds.map((kind) => `HostKey ${file(`host_${kind}`)}`),
      `AuthorizedKeysFile ${file("authorized_keys")}`,
      `PidFile ${file("pid")}`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "PermitRootLogin prohibit-password",
      "Subsystem sftp internal-sftp",
      "ForceCommand internal-sftp",
      "",
    ].join("\n"),
  );
  if (process.getuid?.() === 0) fs.mkdirSync("/run/sshd", { recursive: true });
  const child = run(file("sshd_config"), options.tmpfs);
  await listening(port, child);
  return {
    port,
    pid: child.pid ?? 0,
    user: os.userInfo().username,
    fingerprints: {
      ed25519: print(file("host_ed25519.pub")),
      ecdsa: print(file("host_ecdsa.pub")),
      rsa: print(file("host_rsa.pub")),
    },
    key: (kind) => new Secret(fs.readFileSync(file(`user_${kind}`), "utf8"), "test"),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(config: string, tmpfs: { path: string; size: string } | undefined): ChildProcess {
  const server = ["/usr/sbin/sshd", "-D", "-e", "-f", config];
  const command =
    tmpfs === undefined
      ? server
      : [
          "unshare",
          "-m",
          "sh",
          "-c",
          `mount -t tmpfs -o size=${tmpfs.size} tmpfs '${tmpfs.path}' && exec ${server.join(" ")}`,
        ];
  return spawn(command[0] ?? "", command.slice(1), { stdio: "ignore" });
}

function makeKey(file: string, kind: KeyKind): void {
  const bits = { ed25519: [], ecdsa: ["-b", "256"], rsa: ["-b", "2048"] }[kind];
  execFileSync("ssh-keygen", ["-q", "-t", kind, ...bits, "-N", "", "-f", file]);
}

/** What an administrator would read out. */
function print(publicKey: string): string {
  return execFileSync("ssh-keygen", ["-l", "-f", publicKey], { encoding: "utf8" }).split(" ")[1] ?? "";
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  const untilMs = Date.now() + 15_000;
  for (;;) {
    if (await answers(port)) return;
    if (child.exitCode !== null || Date.now() > untilMs) throw new Error("sshd did not start");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("data", () => resolve(true)).once("error", () => resolve(false));
    socket.once("data", () => socket.destroy());
  });
}
