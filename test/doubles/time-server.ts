import { spawn } from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort, until } from "./hub-process.ts";

const faketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

export interface TimeServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A real chronyd that serves its own machine's time to 127.0.0.1 and never touches a clock.
 * @param options.offset as faketime writes it: `-3h`; @param options.stratum null: it follows nothing and says so
 */
export async function startChrony(options: { offset?: string; stratum?: number | null } = {}): Promise<TimeServer> {
  const { offset, stratum = 5 } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-chrony-"));
  const port = await freePort();
  fs.writeFileSync(
    path.join(folder, "chrony.conf"),
    [
      `port ${port}`,
      "bindaddress 127.0.0.1",
      "cmdport 0",
      "allow 127.0.0.0/8",
      `pidfile ${folder}/pid`,
      "user root",
      ...(stratum === null ? [] : [`local stratum ${stratum}`]),
      "",
    ].join("\n"),
  );
  const command = ["-x", "-d", "-f", path.join(folder, "chrony.conf")];
  const fake = offset === undefined ? {} : { LD_PRELOAD: faketime, FAKETIME: offset };
  const child = spawn("/usr/sbin/chronyd", command, { stdio: "ignore", env: { ...process.env, ...fake } });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  await until("chronyd answers", () => {
    if (child.exitCode !== null) throw new Error(`chronyd ended with ${child.exitCode}`);
    return answers(port);
  });
  return {
    port,
    async stop() {
      process.off("exit", kill);
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await gone;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  const query = Buffer.alloc(48);
  query[0] = 0x23;
  return new Promise((resolve) => {
    const socket = dgram.createSocket("udp4");
    const end = (answer: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), 200);
    socket.once("message", () => end(true)).once("error", () => end(false));
    socket.connect(port, "127.0.0.1", () => socket.send(query));
  });
}
