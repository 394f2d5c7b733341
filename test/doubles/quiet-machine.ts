import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** A small machine inside this one, with processes, network and mounts of its own, in which nothing happens by itself. */
export interface QuietMachine {
  /** a folder that it sees too */
  readonly folder: string;
  /** words before a command that is to run on it */
  readonly inside: readonly string[];
  run(command: string): string;
  /** ends the process of this name on it */
  kill(name: string): void;
  stop(): Promise<void>;
}

/** It keeps the time with chronyd, runs cron, and listens on 7777 and 127.0.0.1:8088. */
export async function startQuietMachine(): Promise<QuietMachine> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-machine-"));
  const file = (name: string): string => path.join(folder, name);
  fs.mkdirSync(file("crontabs"));
  const conf = [
    "local stratum 8",
    "pidfile /run/chrony/chronyd.pid",
    "bindcmdaddress /run/chrony/chronyd.sock",
    "user root",
  ];
  fs.writeFileSync(file("chrony.conf"), `${conf.join("\n")}\n`);
  const init = [
    "mount -t tmpfs tmpfs /run && mkdir -p /run/chrony /run/lock",
    `mount --bind '${file("crontabs")}' /var/spool/cron/crontabs`,
    "ip link set lo up",
    "cron -f &",
    `chronyd -x -d -f '${file("chrony.conf")}' &`,
    "busybox nc -ll -p 7777 -e cat &",
    "busybox httpd -f -p 127.0.0.1:8088 &",
    "exec sleep 600",
  ];
  const words = ["-n", "-m", "-p", "--fork", "--kill-child", "--mount-proc", "sh", "-c", init.join("\n")];
  const outer = spawn("unshare", words, { stdio: "ignore" });
  const pid = await firstChild(outer.pid ?? 0);
  const inside = ["nsenter", "-t", String(pid), "-m", "-n", "-p"];
  const run = (command: string): string =>
    execFileSync(inside[0] ?? "", [...inside.slice(1), "sh", "-c", command], { encoding: "utf8" });
  await until(
    () => run("ss -lntu").includes(":323 ") && run("ss -lntu").includes(":7777 ") && run("ss -lntu").includes(":8088 "),
  );
  return {
    folder,
    inside,
    run,
    kill(name) {
      run(`kill $(pidof ${name})`);
    },
    async stop() {
      const gone = once(outer, "exit");
      process.kill(pid, "SIGKILL");
      await gone;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the kernel lists as started by a process. */
async function firstChild(pid: number): Promise<number> {
  let child = 0;
  await until(() => {
    child = Number(fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0]);
    return child > 0;
  });
  return child;
}

async function until(isSo: () => boolean): Promise<void> {
  const untilMs = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error("the small machine did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
