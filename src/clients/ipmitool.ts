import { spawn } from "node:child_process";
import type { Clock } from "../kernel/clock.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";

export interface IpmiTarget {
  /** `bmc.example`, `192.0.2.7:623`, `[2001:db8::7]:623` */
  readonly address: string;
  readonly user: string | null;
  readonly password: Secret | null;
  /** the cipher suite that worked last; null: both are tried, the stronger one first */
  readonly cipher: IpmiCipher | null;
}

/** 17: HMAC-SHA256 and AES; 3: HMAC-SHA1 and AES, for controllers from before about 2015. Source: IPMI 2.0 table 22-20. */
export const ipmiCiphers = [17, 3] as const;
export type IpmiCipher = (typeof ipmiCiphers)[number];

export interface IpmiFailure {
  /** `no-program`: ipmitool is not installed; `no-session`: silent, or a wrong name or password: IPMI does not tell which */
  readonly reason: "no-program" | "no-session" | "too-slow" | "answer";
  readonly text: string;
}

export interface IpmiAnswer {
  readonly text: string;
  readonly cipher: IpmiCipher;
}

const longestMs = 45_000;
const mostBytes = 1_000_000;

/** Runs one reading command over LAN. The password goes by the environment, which only the same user can see. */
export async function askIpmi(
  clock: Clock,
  target: IpmiTarget,
  words: readonly string[],
): Promise<Result<IpmiAnswer, IpmiFailure>> {
  let last: Result<IpmiAnswer, IpmiFailure> = err({ reason: "no-session", text: "" });
  for (const cipher of target.cipher === null ? ipmiCiphers : [target.cipher]) {
    last = await runOnce(clock, target, { words, cipher });
    if (last.ok || last.error.reason !== "no-session") return last;
  }
  return last;
}

interface Asked {
  readonly words: readonly string[];
  readonly cipher: IpmiCipher;
}

function runOnce(clock: Clock, target: IpmiTarget, { words, cipher }: Asked): Promise<Result<IpmiAnswer, IpmiFailure>> {
  const { host, port } = splitAddress(target.address);
  const args = ["-I", "lanplus", "-H", host, "-p", port, "-C", String(cipher), "-N", "2", "-R", "2", "-E"];
  if (target.user !== null) args.push("-U", target.user);
  return new Promise((resolve) => {
    const child = spawn("ipmitool", [...args, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: "/",
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        LC_ALL: "C",
        // times of the controller's log are written as it keeps them
        TZ: "UTC",
        HOME: "/nonexistent",
        IPMI_PASSWORD: target.password?.reveal() ?? "",
      },
    });
    const kept = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => (kept.out = (kept.out + chunk.toString("utf8")).slice(0, mostBytes)));
    child.stderr.on("data", (chunk: Buffer) => (kept.err = (kept.err + chunk.toString("utf8")).slice(0, 4_096)));
    const timer = clock.after(longestMs, () => {
      child.kill("SIGKILL");
      end(err({ reason: "too-slow", text: `ipmitool ${words.join(" ")} had not ended after ${longestMs} ms` }));
    });
    const end = (result: Result<IpmiAnswer, IpmiFailure>): void => {
      timer.cancel();
      resolve(result);
    };
    child.once("error", (error: NodeJS.ErrnoException) =>
      end(err({ reason: error.code === "ENOENT" ? "no-program" : "answer", text: error.message })),
    );
    child.once("close", (code) => {
      if (code === 0) end(ok({ text: kept.out, cipher }));
      else end(err(failureOf(kept.err.trim(), kept.out, code)));
    });
  });
}

function failureOf(said: string, out: string, code: number | null): IpmiFailure {
  const isSession = /unable to establish|open session response|rakp|authentication|invalid user|no response/i;
  const text = said === "" ? `ipmitool ended with ${code}: ${out.slice(0, 200)}` : said;
  return { reason: isSession.test(said) ? "no-session" : "answer", text };
}

/** The port of IPMI over LAN is 623 unless one is written. */
export function splitAddress(address: string): { readonly host: string; readonly port: string } {
  const [, six, name, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(address) ?? [];
  return { host: six ?? name ?? address, port: port ?? "623" };
}
