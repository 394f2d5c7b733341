import { spawn } from "node:child_process";
import { connectSsh, type SshTarget } from "../../src/clients/ssh.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { err, ok } from "../../src/kernel/result.ts";
import type { ScriptLine } from "../../src/prevent/snapshot/read-host.ts";

/** Runs what is to be run on a host in a shell of this machine, or behind these words: `nsenter -t 12 -m`. */
export function localLine(before: readonly string[] = [], env: Record<string, string> = {}): ScriptLine {
  return (_, { command, script }) =>
    new Promise((resolve) => {
      const [program = "sh", ...args] = [...before, ...command.split(" ")];
      const shell = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, ...env } });
      const chunks: Buffer[] = [];
      shell.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      shell.once("error", () => resolve(err({ reason: "session-refused" })));
      shell.once("close", () => resolve(ok({ text: Buffer.concat(chunks).toString("utf8") })));
      shell.stdin.on("error", () => undefined);
      shell.stdin.end(script);
    });
}

/** The same over one SSH session for each order. */
export function sshLine(clock: Clock, target: () => SshTarget): ScriptLine {
  return async (_, { command, script }) => {
    const connected = await connectSsh(target(), { clock, signal: new AbortController().signal });
    if (!connected.ok) return err({ reason: connected.error.reason });
    const client = connected.value;
    const text = await new Promise<string | null>((resolve) => {
      client.exec(command, (refused, channel) => {
        if (refused !== undefined) return resolve(null);
        const chunks: Buffer[] = [];
        channel.stderr.resume();
        channel.on("data", (chunk: Buffer) => chunks.push(chunk));
        channel.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
        channel.end(script);
      });
    });
    client.destroy();
    return text === null ? err({ reason: "session-refused" }) : ok({ text });
  };
}
