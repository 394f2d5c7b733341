import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { randomUUID } from "node:crypto";
import { freePort, until } from "./hub-process.ts";
import { makeKey, sessionEnvironment } from "./sshd-host.ts";

const faketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/**
 * A machine that can be started anew: own /etc, /var, processes, network, boot id and time since its start, in namespaces of
 * this one. sshd, nginx and cron of Debian run on it by a clock that a file sets; chronyd, by init script, asks a real time
 * server and never touches a clock: where it would step one, the file is written instead.
 */
export interface MaintainedHost {
  readonly folder: string;
  readonly sshPort: number;
  readonly webPort: number;
  readonly fingerprint: string;
  /** path of the private key it lets in */
  readonly keyFile: string;
  /** lines of /etc/crontab with what each writes down when it runs; also while it is off */
  setJobs(lines: readonly string[]): void;
  /** names that jobs wrote down, oldest first */
  ran(): readonly string[];
  /** its clock minus true time, from the next look at it on */
  setClock(offset: string): void;
  clock(): string;
  /** as `systemctl disable`; the link is renamed to a stop link */
  disable(service: string): void;
  isEnabled(service: string): boolean;
  /** a shell on it */
  run(command: string): string;
  /** it is switched off: nothing of it answers */
  off(): Promise<void>;
  /** a new boot id, nothing running but what starts at boot */
  on(): Promise<void>;
  stop(): Promise<void>;
}

const runlevels = ["2", "3", "4", "5"];
const started = ["chrony", "cron", "nginx", "ssh"];
const stepsTheFile = `#!/bin/sh
# what sets the clock once asks the real program first whether a time server answers
unset LD_PRELOAD
once=; for word do [ "$word" = -q ] && once=1; done
[ -n "$once" ] || exec /usr/local/lib/chronyd -x "$@"
/usr/local/lib/chronyd -x "$@" || exit
echo +0 > CLOCK.new && mv CLOCK.new CLOCK
`;

export async function startMaintainedHost(): Promise<MaintainedHost> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-maintained-"));
  fs.chmodSync(folder, 0o755);
  const file = (...names: readonly string[]): string => path.join(folder, ...names);
  const [sshPort, webPort] = [await freePort(), await freePort()];
  furnish(folder);
  const space = spawn("unshare", ["-n", "sh", "-c", "ip link set lo up; echo up; exec sleep 3600"]);
  await once(space.stdout, "data");
  const inSpace = ["nsenter", "-t", String(space.pid), "-n"];
  const beside = [
    ["/usr/sbin/chronyd", "-x", "-d", "-f", file("source.conf")],
    ["socat", `UNIX-LISTEN:${file("ssh.sock")},fork`, "TCP4:127.0.0.1:22"],
    ["socat", `UNIX-LISTEN:${file("web.sock")},fork`, "TCP4:127.0.0.1:80"],
  ].map((words) => spawn(inSpace[0] ?? "", [...inSpace.slice(1), ...words], { stdio: "ignore" }));
  const doors = [door(sshPort, file("ssh.sock")), door(webPort, file("web.sock"))];
  let outer: ChildProcess | null = null;
  let init = 0;
  // it ends with this process at the latest
  const killAll = (): void => {
    for (const child of [...beside, space, outer]) child?.kill("SIGKILL");
  };
  process.once("exit", killAll);

  const inside = (): readonly string[] => ["nsenter", "-t", String(init), "-m", "-n", "-p", "-T"];
  const run = (command: string): string => {
    const [program = "", ...words] = inside();
    return execFileSync(program, [...words, "sh", "-c", command], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  };
  const setClock = (offset: string): void => {
    fs.writeFileSync(file("clock.new"), `${offset}\n`);
    fs.renameSync(file("clock.new"), file("clock"));
  };
  const linksOf = (service: string): readonly string[] =>
    runlevels.flatMap((level) =>
      fs
        .readdirSync(file("etc", `rc${level}.d`))
        .filter((name) => /^[SK]\d\d/.test(name) && name.slice(3) === service)
        .map((name) => file("etc", `rc${level}.d`, name)),
    );

  async function off(): Promise<void> {
    await Promise.all(doors.map((one) => one.close()));
    if (outer === null) return;
    const gone = once(outer, "exit");
    process.kill(init, "SIGKILL");
    await gone;
    outer = null;
  }

  async function on(): Promise<void> {
    fs.writeFileSync(file("boot_id"), `${randomUUID()}\n`);
    const uptime = Math.floor(Number(fs.readFileSync("/proc/uptime", "utf8").split(" ")[0])) - 1;
    const words = [...inSpace.slice(1), "unshare", "-T", "--boottime", String(-uptime), "-m", "-p", "-u", "--fork"];
    const script = [...words, "--kill-child", "--mount-proc", "sh", "-ec", boot(folder)];
    outer = spawn(inSpace[0] ?? "", script, { stdio: ["ignore", "ignore", fs.openSync(file("boot.log"), "a")] });
    const pid = outer.pid ?? 0;
    init = await until("it starts", async () => childOf(pid));
    await until("it is up", async () => fs.existsSync(`/proc/${init}/root/run/booted`));
    await Promise.all(doors.map((one) => one.open()));
  }

  await on();
  return {
    folder,
    sshPort,
    webPort,
    fingerprint:
      execFileSync("ssh-keygen", ["-l", "-f", file("etc/ssh/ssh_host_ed25519_key.pub")], { encoding: "utf8" }).split(
        " ",
      )[1] ?? "",
    keyFile: file("key"),
    setJobs(lines) {
      fs.writeFileSync(file("etc/crontab"), `SHELL=/bin/sh\n${lines.map((line) => `${line}\n`).join("")}`);
    },
    ran: () =>
      fs.existsSync(file("var/ran")) ? fs.readFileSync(file("var/ran"), "utf8").split("\n").filter(Boolean) : [],
    setClock,
    clock: () => fs.readFileSync(file("clock"), "utf8").trim(),
    disable(service) {
      for (const link of linksOf(service)) fs.renameSync(link, path.join(path.dirname(link), `K01${service}`));
    },
    isEnabled: (service) => linksOf(service).some((link) => path.basename(link).startsWith("S")),
    run,
    off,
    on,
    async stop() {
      process.off("exit", killAll);
      await off();
      for (const child of [...beside, space]) {
        child.kill("SIGKILL");
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** Everything that lies on its disk. */
function furnish(folder: string): void {
  const file = (...names: readonly string[]): string => path.join(folder, ...names);
  const write = (name: string, lines: readonly string[], mode = 0o644): void => {
    fs.writeFileSync(file(name), `${lines.join("\n")}\n`, { mode });
  };
  execFileSync("cp", ["-a", "/etc", file("etc")]);
  for (const name of fs.readdirSync(file("etc"))) {
    if (!/^(?:cron\.(?:d|hourly|daily|weekly|monthly)|rc[\dS]\.d)$/.test(name)) continue;
    for (const one of fs.readdirSync(file("etc", name))) {
      if (!started.includes(one.slice(3))) fs.rmSync(file("etc", name, one), { recursive: true });
    }
  }
  for (const one of fs.readdirSync(file("etc/init.d"))) {
    if (!started.includes(one)) fs.rmSync(file("etc/init.d", one));
  }
  for (const level of runlevels) {
    for (const service of started) pointTo(`../init.d/${service}`, file("etc", `rc${level}.d`, `S01${service}`));
  }
  pointTo("/usr/share/zoneinfo/Asia/Tokyo", file("etc/localtime"));
  write("etc/timezone", ["Asia/Tokyo"]);
  write("etc/crontab", ["SHELL=/bin/sh"]);
  write("etc/machine-id", [randomUUID().replaceAll("-", "")]);
  for (const name of ["var/log/nginx", "var/lib/dpkg", "var/lib/nginx", "var/spool/cron/crontabs", "var/tmp", "www"]) {
    fs.mkdirSync(file(name), { recursive: true });
  }
  pointTo("/run", file("var/run"));
  pointTo("/run/lock", file("var/lock"));
  for (const name of ["local/bin", "local/sbin", "local/lib"]) fs.mkdirSync(file(name), { recursive: true });
  write("local/sbin/systemd-detect-virt", ["#!/bin/sh", "echo kvm"], 0o755);
  write("local/sbin/hwclock", ["#!/bin/sh", "exit 0"], 0o755);
  // what befalls this machine is not told as of that one
  write("local/sbin/dmesg", ["#!/bin/sh", "exit 0"], 0o755);
  write("local/bin/job", ["#!/bin/sh", 'echo "$1" >> /var/ran'], 0o755);
  fs.copyFileSync("/usr/sbin/chronyd", file("local/lib/chronyd"));
  fs.writeFileSync(file("chronyd"), stepsTheFile.replaceAll("CLOCK", file("clock")), { mode: 0o755 });
  fs.writeFileSync(file("clock"), "+0\n");
  fs.writeFileSync(file("www/index.html"), "<title>Shop</title><p>open\n");
  const source = ["port 10123", "bindaddress 127.0.0.1", "cmdport 0", "bindcmdaddress /", "allow 127.0.0.0/8"];
  write("source.conf", [...source, `pidfile ${file("source.pid")}`, "user root", "local stratum 5"]);
  const chrony = ["server 127.0.0.1 port 10123 iburst minpoll 0 maxpoll 2", "cmdport 0", "user root"];
  write("etc/chrony/chrony.conf", [...chrony, "pidfile /run/chrony/chronyd.pid"]);
  write("etc/nginx/nginx.conf", [
    ...["FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DISABLE_SHM"].map((name) => `env ${name};`),
    "pid /run/nginx.pid; events { } http { access_log off;",
    `server { listen 80; root ${file("www")}; } }`,
  ]);
  for (const name of fs.readdirSync(file("etc/ssh")).filter((one) => one.startsWith("ssh_host_"))) {
    fs.rmSync(file("etc/ssh", name));
  }
  makeKey(file("etc/ssh/ssh_host_ed25519_key"), "ed25519");
  makeKey(file("key"), "ed25519");
  const login = ["UsePAM no", "PermitRootLogin yes", "PasswordAuthentication no", "StrictModes no"];
  const clock = `LD_PRELOAD=${faketime} FAKETIME_TIMESTAMP_FILE=${file("clock")} FAKETIME_NO_CACHE=1 FAKETIME_DISABLE_SHM=1`;
  write("etc/ssh/sshd_config", [
    "ListenAddress 0.0.0.0:22",
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    `AuthorizedKeysFile ${file("key.pub")}`,
    "PidFile /run/sshd.pid",
    sessionEnvironment([clock, "FAKETIME_DONT_FAKE_MONOTONIC=1"]),
    ...login,
  ]);
}

function pointTo(target: string, name: string): void {
  fs.rmSync(name, { force: true });
  fs.symlinkSync(target, name);
}

/** What its start does, up to the process that stays. */
function boot(folder: string): string {
  const clocked = `env LD_PRELOAD=${faketime} FAKETIME_TIMESTAMP_FILE=${folder}/clock FAKETIME_NO_CACHE=1 FAKETIME_DISABLE_SHM=1 FAKETIME_DONT_FAKE_MONOTONIC=1`;
  return `mount --make-rprivate /
mount --bind /var/lib/dpkg ${folder}/var/lib/dpkg
mount --bind ${folder}/etc /etc
mount --rbind ${folder}/var /var
mount --bind ${folder}/local /usr/local
mount --bind ${folder}/chronyd /usr/sbin/chronyd
mount --bind ${folder}/boot_id /proc/sys/kernel/random/boot_id
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /dev/shm
mkdir -p /run/sshd /run/lock /run/chrony; chmod 750 /run/chrony
hostname maintained
for script in /etc/rc2.d/S*; do
  case $script in
    *ssh) /usr/sbin/sshd;;
    *nginx) ${clocked} /usr/sbin/nginx;;
    *cron) ${clocked} /usr/sbin/cron;;
    *) $script start;;
  esac
done
touch /run/booted
exec sleep 3600`;
}

/** Lets connections in while the machine is on. */
function door(port: number, to: string): { open(): Promise<void>; close(): Promise<void> } {
  let server: net.Server | null = null;
  const lines = new Set<net.Socket>();
  const meet = (near: net.Socket): void => {
    const far = net.connect(to);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      lines.add(one);
      one.on("error", () => other.destroy()).on("close", () => lines.delete(one));
      one.pipe(other);
    }
  };
  return {
    async open() {
      server = net.createServer(meet).listen(port, "127.0.0.1");
      await once(server, "listening");
    },
    async close() {
      for (const line of lines) line.destroy();
      if (server === null) return;
      const closed = once(server, "close");
      server.close();
      server = null;
      await closed;
    },
  };
}

/** What the kernel lists as started by a process; null while there is none. */
function childOf(pid: number): number | null {
  const [child = ""] = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return child === "" ? null : Number(child);
}
