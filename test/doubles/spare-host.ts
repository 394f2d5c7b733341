import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Secret } from "../../src/kernel/secret.ts";
import { freePort } from "./hub-process.ts";
import { makeKey, sessionEnvironment } from "./sshd-host.ts";

/** A second machine: a real sshd in namespaces of its own, with its own /etc, host key, machine-id and addresses. */
export interface SpareHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly fingerprint: string;
  readonly key: Secret;
  /** runs a line of shell there as root. @returns what it printed */
  sh(line: string): string;
  /** lets a port of this machine's 127.0.0.1 be reached there as its own */
  lend(port: number): Promise<void>;
  /** numbers of what serves its connections, as this machine counts */
  sessions(): readonly number[];
  stop(): Promise<void>;
}

/** $1: the folder of what is its own. It lives as long as its standard input; bash buries whoever is orphaned, as an init does. */
const script = String.raw`set -e
F=$1
mount --make-rprivate /
mount -t sysfs sysfs /sys
hostname drill1
ip link set lo up
ip link add eth0 type veth peer name eth1
ip addr add 198.18.7.2/24 dev eth0
ip link set eth0 up; ip link set eth1 up
mkdir -p "$F/etc" "$F/etc-work" "$F/varlib" "$F/srv"
mount -t overlay -o "lowerdir=/etc,upperdir=$F/etc,workdir=$F/etc-work" spare /etc
mount --bind "$F/varlib" /var/lib
mount --bind "$F/srv" /srv
rm -f /etc/ssh/ssh_host_* /etc/koboshi-*
cp "$F/host.pub" /etc/ssh/ssh_host_ed25519_key.pub
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' > /etc/machine-id; echo >> /etc/machine-id
echo "ready"
exec bash -c 'while read -r _; do :; done'
`;

export async function startSpareHost(): Promise<SpareHost> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-spare-"));
  const file = (name: string): string => path.join(folder, name);
  for (const name of ["host", "user"]) makeKey(file(name), "ed25519");
  fs.copyFileSync(file("user.pub"), file("authorized_keys"));
  fs.mkdirSync("/run/sshd", { recursive: true });
  const settings = [
    `HostKey ${file("host")}`,
    `AuthorizedKeysFile ${file("authorized_keys")}`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PermitRootLogin yes",
    "MaxStartups 500",
    sessionEnvironment(),
  ];
  fs.writeFileSync(file("sshd_config"), `${settings.join("\n")}\n`);
  const spaces = ["--mount", "--net", "--uts", "--ipc", "--pid"];
  const holder = spawn(
    "unshare",
    [...spaces, "--fork", "--mount-proc", "--kill-child", "sh", "-c", script, "spare-host", folder],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("exit", () => reject(new Error("the spare host did not start")));
  });
  const pid = fs.readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8").trim();
  const entering = ["--target", pid, ...spaces, "--"];
  const children = new Set<ChildProcess>();
  const serve = (socket: net.Socket): void => {
    const child = spawn("nsenter", [...entering, "/usr/sbin/sshd", "-i", "-f", file("sshd_config")], {
      stdio: [socket, socket, "ignore"],
    });
    children.add(child.once("exit", () => children.delete(child)));
    // the child has it now
    socket.destroy();
  };
  const port = await freePort();
  const address = "127.0.0.2";
  const listeners = [await listen(net.createServer({ pauseOnConnect: true }, serve), { port, host: address })];
  return {
    address,
    port,
    user: os.userInfo().username,
    fingerprint: execFileSync("ssh-keygen", ["-l", "-f", file("host.pub")], { encoding: "utf8" }).split(" ")[1] ?? "",
    key: new Secret(fs.readFileSync(file("user"), "utf8"), "test"),
    sh: (line) => execFileSync("nsenter", [...entering, "sh", "-c", line], { encoding: "utf8" }),
    async lend(ofThisMachine) {
      const at = file(`${ofThisMachine}.sock`);
      const relay = net.createServer((near) => {
        const far = net.connect(ofThisMachine, "127.0.0.1");
        near.on("error", () => far.destroy()).pipe(far);
        far.on("error", () => near.destroy()).pipe(near);
      });
      listeners.push(await listen(relay, { path: at }));
      const words = [`TCP-LISTEN:${ofThisMachine},bind=127.0.0.1,fork,reuseaddr`, `UNIX-CONNECT:${at}`];
      children.add(spawn("nsenter", [...entering, "socat", ...words], { stdio: "ignore" }));
    },
    sessions: () => [...children].map(({ pid: one }) => one ?? 0),
    async stop() {
      for (const one of listeners) one.close();
      for (const child of children) child.kill("SIGKILL");
      const ended = new Promise((resolve) => holder.once("exit", resolve));
      holder.kill("SIGKILL");
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listen(server: net.Server, at: net.ListenOptions): Promise<net.Server> {
  return new Promise((resolve, reject) => server.once("error", reject).listen(at, () => resolve(server)));
}
