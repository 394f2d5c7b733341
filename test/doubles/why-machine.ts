import { spawn } from "node:child_process";
import { hostScript } from "../../src/clients/host-script.ts";
import type { HostAnswers } from "../../src/kernel/model/host-answers.ts";
import { readAnswers } from "../../src/readers/host/read-answers.ts";

export interface WhyOptions {
  readonly shell?: readonly string[];
  readonly script?: string;
  /** what the script sees at these paths instead; nothing else of the machine does */
  readonly inPlace?: Readonly<Record<string, string>>;
  /** run before it, in a network of their own: `ip link set lo up && …` */
  readonly network?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** runs it as nobody */
  readonly asNobody?: boolean;
}

export interface Asked {
  readonly answers: HostAnswers;
  readonly text: string;
  readonly tookMs: number;
}

const usual = { shell: ["sh"], script: hostScript, inPlace: {}, network: "", env: {}, asNobody: false };

/** Asks this machine as a far one would be asked: the shipped script on the standard input of a shell. */
export async function askMachine(words: string, options: WhyOptions = {}): Promise<Asked> {
  const chosen = { ...usual, ...options };
  const [program = "", ...args] = commandOf(words, chosen);
  const sentAtMs = Date.now();
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH: process.env["PATH"] ?? "", HOME: "/", ...chosen.env },
  });
  const chunks: Buffer[] = [];
  let receivedAtMs = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    if (chunks.length === 0) receivedAtMs = Date.now();
    chunks.push(chunk);
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.on("error", () => undefined);
  child.stdin.end(chosen.script);
  await ended;
  const text = Buffer.concat(chunks).toString("utf8");
  return { answers: readAnswers({ text, sentAtMs, receivedAtMs }), text, tookMs: Date.now() - sentAtMs };
}

function commandOf(words: string, { shell, inPlace, network, asNobody }: Required<WhyOptions>): readonly string[] {
  const as = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  const command = [...as, ...shell, "-s", "--", words];
  const prepared = [
    ...Object.entries(inPlace).map(([target, source]) => `mount --bind '${source}' '${target}'`),
    ...(network === "" ? [] : [network]),
  ];
  if (prepared.length === 0) return command;
  const inside = `${prepared.join(" && ")} && exec ${command.join(" ")}`;
  return ["unshare", network === "" ? "-m" : "-mn", "sh", "-c", inside];
}
