import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** A hub and the world it watches, each in a network namespace of its own, with one line between them. */
export interface TwoSpaces {
  readonly folder: string;
  /** runs `ip -n WORLD …` */
  world(...words: readonly string[]): void;
  /** a Node program in the world */
  inWorld(program: string): ChildProcess;
  /** a Node program beside the hub */
  besideHub(program: string): ChildProcess;
  startHub(config: string): void;
  /** a koboshi command beside the hub, as JSON; null while there is no answer */
  koboshi(...words: readonly string[]): (Status & Incidents) | null;
  close(): Promise<void>;
}

interface Status {
  readonly verdict: string;
  readonly services: readonly { readonly key: string; readonly state: string }[];
  readonly attentions: readonly { readonly code: string }[];
}

interface Incidents {
  readonly items: readonly {
    readonly subject: string;
    readonly state: string;
    readonly services: readonly string[];
    readonly diagnosis: { readonly scope: { readonly id: string } };
  }[];
}

/** @param hosts addresses of the world, reached from the hub through the world's end of the line, 10.77.0.1 */
export function openTwoSpaces(hosts: readonly string[]): TwoSpaces {
  const [hub, world] = [`kb-hub-${process.pid}`, `kb-world-${process.pid}`];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-spaces-"));
  const config = path.join(folder, "koboshi.yml");
  const running: ChildProcess[] = [];
  connect(hub, world);
  for (const host of hosts) ip("-n", world, "addr", "add", `${host}/32`, "dev", "lo");

  function inside(space: string, ...words: readonly string[]): ChildProcess {
    const child = spawn("ip", ["netns", "exec", space, process.execPath, ...words], { stdio: "ignore" });
    running.push(child);
    return child;
  }

  return {
    folder,
    world: (...words) => ip("-n", world, ...words),
    inWorld: (program) => inside(world, "-e", program),
    besideHub: (program) => inside(hub, "-e", program),
    startHub(text) {
      fs.writeFileSync(config, `${text}\nhub: { data: ./data }\n`, { mode: 0o600 });
      inside(hub, "dist/cli/main.js", "up", "--config", config);
    },
    koboshi(...words) {
      const command = [
        "netns",
        "exec",
        hub,
        process.execPath,
        "dist/cli/main.js",
        ...words,
        "--json",
        "--config",
        config,
      ];
      try {
        return JSON.parse(
          execFileSync("ip", command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
        ) as Status & Incidents;
      } catch {
        return null; // not up yet
      }
    },
    async close() {
      for (const child of running) {
        child.kill("SIGTERM");
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }
      for (const space of [hub, world]) ip("netns", "delete", space);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function connect(hub: string, world: string): void {
  for (const space of [hub, world]) ip("netns", "add", space);
  ip("-n", hub, "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", world);
  for (const [space, address] of [
    [hub, "10.77.0.2/24"],
    [world, "10.77.0.1/24"],
  ] as const) {
    ip("-n", space, "addr", "add", address, "dev", "line");
    ip("-n", space, "link", "set", "line", "up");
    ip("-n", space, "link", "set", "lo", "up");
  }
  ip("-n", hub, "route", "add", "default", "via", "10.77.0.1");
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: "pipe" });
}
