import type { Client } from "ssh2";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { deniedExit, logAnswerMark, lookCommand, readCommand } from "../../clients/host-logs.ts";
import { safeText } from "../../clients/safe-text.ts";
import { connectSsh, type SshFailure, type SshTarget } from "../../clients/ssh.ts";
import { FileTrouble, isRotatedName, type FileAccess, type FoundFile } from "../../clients/log-files/files.ts";

/** No session came about; the reason is the connection's. */
export class SshTrouble extends Error {
  readonly failure: SshFailure;

  constructor(failure: SshFailure) {
    super(failure.seen === "" ? failure.reason : `${failure.reason}: ${failure.seen}`);
    this.name = "SshTrouble";
    this.failure = failure;
  }
}

export interface SshFiles extends FileAccess {
  close(): void;
}

const answerLimitMs = 30_000;
/** A listing of rotated files is short; what is longer is not one. What a login prints may come before any answer. */
const longestListing = 256 * 1024;
const longestBanner = 64 * 1024;

/**
 * Files of a host, read with `stat`, `tail` and `head` over one connection that is kept; nothing is installed there. A key
 * tied to the collector reads the logs its line names.
 * @param deps.target asked for each connection: the host's key may have been confirmed since the last one
 */
export function createSshFiles({ target, clock }: { target: () => SshTarget; clock: Clock }): SshFiles {
  const stopping = new AbortController();
  let connecting: Promise<Client> | null = null;

  function client(): Promise<Client> {
    connecting ??= connectSsh(target(), { clock, signal: stopping.signal }).then((connected) => {
      if (!connected.ok) {
        connecting = null;
        throw new SshTrouble(connected.error);
      }
      connected.value.once("close", () => (connecting = null));
      return connected.value;
    });
    return connecting;
  }
  const run = async (command: string, mostBytes: number): Promise<Buffer> =>
    runCommand({ client: await client(), clock, command, mostBytes });

  return {
    async look(path) {
      const listing = (await run(lookCommand(path), longestListing)).toString("utf8").split("\n");
      const files = listing.flatMap((line) => foundLine(line, path));
      return {
        current: files.find(({ ending }) => ending === "") ?? null,
        rotated: files.filter(({ ending }) => ending !== "").sort((a, b) => a.mtimeMs - b.mtimeMs),
        hidden: listing.includes("HIDDEN") ? [path.slice(0, path.lastIndexOf("/"))] : [],
      };
    },
    read: ({ path, ending, ino }, offset, length) =>
      run(
        readCommand({ path: path.slice(0, path.length - ending.length), ending, inode: ino, offset, length }),
        length,
      ),
    stillOpen: () => Promise.resolve(null),
    release: () => Promise.resolve(),
    close() {
      stopping.abort();
      void connecting?.then((open) => open.end()).catch(() => undefined); // it never came about: nothing to end
    },
  };
}

function foundLine(line: string, followed: string): FoundFile[] {
  if (line === "NOTFILE") throw new FileTrouble("NOTFILE", line);
  if (line === "DENIED") throw new FileTrouble("EACCES", line);
  if (line === "UNLISTED") throw new FileTrouble("UNLISTED", "");
  const [, dev, ino, size, mtime, path = ""] = /^(\d+) (\d+) (\d+) (\d+) (\/.*)$/.exec(line) ?? [];
  const ending = path.slice(followed.length);
  if (!path.startsWith(followed) || (ending !== "" && !isRotatedName("", ending))) return [];
  return [{ path, ending, dev: Number(dev), ino: Number(ino), size: Number(size), mtimeMs: Number(mtime) * 1_000 }];
}

interface Run {
  readonly client: Client;
  readonly clock: Clock;
  readonly command: string;
  readonly mostBytes: number;
}

/** One exec and what its answer holds, bounded in size and time; a connection that gives no answer is let go. */
function runCommand({ client, clock, command, mostBytes }: Run): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let exit: number | null = null;
    const end = (): void => {
      timer.cancel();
      client.removeListener("close", lost);
    };
    const fail = (code: string, text: string): void => {
      end();
      reject(new FileTrouble(code, text));
    };
    const lost = (): void => fail("EPIPE", "the connection was lost");
    const timer: Timer = clock.after(answerLimitMs, () => {
      fail("ETIMEDOUT", "no answer");
      client.destroy();
    });
    client.once("close", lost);
    client.exec(command, (error, stream) => {
      if (error !== undefined) return fail("EPIPE", error.message);
      stream.on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes <= mostBytes + longestBanner) parts.push(part);
      });
      stream.stderr.resume();
      stream.once("exit", (code: number | null) => (exit = code));
      stream.once("close", () => {
        const all = Buffer.concat(parts);
        const mark = all.indexOf(logAnswerMark);
        // another program is tied to the key, or an older collector
        if (mark < 0) return fail("NOLOGS", safeText(all.toString("utf8", 0, 300), []));
        const answer = all.subarray(mark + logAnswerMark.length);
        if (exit === deniedExit && answer.length === 0) return fail("EACCES", "");
        end();
        resolve(answer.subarray(0, mostBytes));
      });
      return undefined;
    });
  });
}
