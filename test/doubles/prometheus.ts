import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { until } from "./hub-process.ts";

export interface Daemon {
  readonly url: string;
  readonly process: ChildProcess;
  output(): string;
  stop(): Promise<void>;
}

export interface DaemonOptions {
  /** its configuration and data lie here */
  readonly folder: string;
  readonly port: number;
  /** YAML */
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** Debian's Prometheus, on loopback, with its data in the folder. */
export function startPrometheus(options: DaemonOptions): Promise<Daemon> {
  return startDaemon("/usr/bin/prometheus", options, [
    `--storage.tsdb.path=${path.join(options.folder, "prometheus-data")}`,
    `--web.listen-address=127.0.0.1:${options.port}`,
    // what fired before the receiver was discovered is told again at once
    "--rules.alert.resend-delay=1s",
    "--log.level=warn",
  ]);
}

/** Debian's Alertmanager, alone. */
export function startAlertmanager(options: DaemonOptions): Promise<Daemon> {
  return startDaemon("/usr/bin/prometheus-alertmanager", options, [
    `--storage.path=${path.join(options.folder, "alertmanager-data")}`,
    `--web.listen-address=127.0.0.1:${options.port}`,
    "--cluster.listen-address=",
    "--log.level=warn",
  ]);
}

async function startDaemon(program: string, options: DaemonOptions, flags: readonly string[]): Promise<Daemon> {
  const { folder, port, config, files = {} } = options;
  const file = path.join(folder, `${path.basename(program)}.yml`);
  fs.writeFileSync(file, config);
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const child = spawn(program, [`--config.file=${file}`, ...flags], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  try {
    await until(`${program} ready`, () => isReady(url, child));
  } catch (thrown) {
    child.kill("SIGKILL");
    throw new Error(`${program} did not start:\n${printed}`, { cause: thrown });
  }
  return {
    url,
    process: child,
    output: () => printed,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function isReady(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`);
  const answer = await fetch(`${url}/-/ready`).catch(() => null);
  return answer?.ok === true;
}
