import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { freePort, until } from "./hub-process.ts";

export interface Dovecot {
  readonly ports: { readonly imap: number; readonly imaps: number; readonly pop3: number; readonly pop3s: number };
  /** Maildirs stand below it, by user, owned by `uid` */
  readonly root: string;
  /** socket by which another server lets it judge logins */
  readonly logins: string;
  readonly uid: number;
  /** everything it logged so far */
  log(): string;
  /** Stops or wakes its processes of one name: `auth`, `imap-login` … @returns how many */
  signal(name: string, signal: "SIGSTOP" | "SIGCONT"): number;
  stop(): Promise<void>;
}

export interface DovecotOptions {
  readonly users: Readonly<Record<string, string>>;
  readonly pem: { readonly cert: string; readonly key: string };
}

/** A real Dovecot of its own on 127.0.0.1 for IMAP and POP3, each in clear with STARTTLS and with TLS from the first byte. */
export async function startDovecot({ users, pem }: DovecotOptions): Promise<Dovecot> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-dovecot-"));
  fs.chmodSync(folder, 0o755); // its processes run as other users
  const at = (name: string): string => path.join(folder, name);
  const uid = Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" }));
  fs.mkdirSync(at("box"));
  fs.chownSync(at("box"), uid, uid);
  for (const user of Object.keys(users)) {
    for (const part of ["", "new", "cur", "tmp"]) {
      fs.mkdirSync(at(`box/${user}/${part}`), { recursive: true });
      fs.chownSync(at(`box/${user}/${part}`), uid, uid);
    }
  }
  const lines = Object.entries(users).map(([user, password]) => `${user}:{PLAIN}${password}\n`);
  fs.writeFileSync(at("users"), lines.join(""), { mode: 0o644 });
  const ports = { imap: await freePort(), imaps: await freePort(), pop3: await freePort(), pop3s: await freePort() };
  fs.writeFileSync(at("dovecot.conf"), configOf({ folder, uid, pem, ports }));
  const child = spawn("/usr/sbin/dovecot", ["-F", "-c", at("dovecot.conf")], { stdio: "ignore" });
  const kill = (): void => void child.kill("SIGTERM");
  process.once("exit", kill);
  const log = (): string => (fs.existsSync(at("log")) ? fs.readFileSync(at("log"), "utf8") : "");
  const pidsOf = (name: string): number[] => childrenOf(child.pid ?? 0, name);
  await until("dovecot greets", async () => {
    if (child.exitCode !== null) throw new Error(`dovecot ended with ${child.exitCode}: ${log()}`);
    const greeted = await Promise.all([greets(ports.imap), greets(ports.pop3)]);
    return greeted.every((one) => one);
  });
  return {
    ports,
    root: at("box"),
    logins: at("login"),
    uid,
    log,
    signal(name, signal) {
      const pids = pidsOf(name);
      for (const pid of pids) process.kill(pid, signal);
      return pids.length;
    },
    async stop() {
      process.off("exit", kill);
      for (const name of ["auth", "imap-login", "pop3-login"])
        for (const pid of pidsOf(name)) process.kill(pid, "SIGCONT");
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await gone;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Config {
  readonly folder: string;
  readonly uid: number;
  readonly pem: DovecotOptions["pem"];
  readonly ports: Dovecot["ports"];
}

function listener(name: string, port: number, ssl: boolean): string {
  return `  inet_listener ${name} {\n    address = 127.0.0.1\n    port = ${port}\n    ssl = ${ssl ? "yes" : "no"}\n  }`;
}

function configOf({ folder, uid, pem, ports }: Config): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <${pem.cert}
ssl_key = <${pem.key}
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:${folder}/box/%n
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${uid} home=${folder}/box/%n
}
# wrong passwords are tried on purpose, and must not make the next login wait
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener ${folder}/login {
    mode = 0666
  }
}
service imap-login {
${listener("imap", ports.imap, false)}
${listener("imaps", ports.imaps, true)}
}
service pop3-login {
${listener("pop3", ports.pop3, false)}
${listener("pop3s", ports.pop3s, true)}
}
`;
}

function childrenOf(parent: number, name: string): number[] {
  return fs.readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const [, command, ppid] = /^\d+ \((.*)\) \S (\d+)/.exec(fs.readFileSync(`/proc/${entry}/stat`, "utf8")) ?? [];
      return command === name && Number(ppid) === parent ? [Number(entry)] : [];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("data", () => socket.destroy());
    socket.once("data", () => resolve(true)).once("error", () => resolve(false));
  });
}
