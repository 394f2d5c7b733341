import type { Client } from "ssh2";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { connectSsh, type SshFailure, type SshTarget } from "../../clients/ssh.ts";
import { FileTrouble, isCompressed, isRotatedName, type FileAccess, type FoundFile } from "./files.ts";

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
/** A listing of rotated files is short; what is longer is not one. */
const longestListing = 256 * 1024;

/** Files of a host, read with `stat`, `tail` and `head` over one connection that is kept; nothing is installed there. */
/** @param deps.target asked for each connection: the host's key may have been confirmed since the last one */
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
  const run = async (script: string, mostBytes: number): Promise<Buffer> =>
    runScript({ client: await client(), clock, script, mostBytes });

  return {
    async look(path) {
      const listing = await run(lookScript(path), longestListing);
      const files = listing
        .toString("utf8")
        .split("\n")
        .flatMap((line): FoundFile[] => foundLine(line));
      const base = path.slice(path.lastIndexOf("/") + 1);
      const isRotated = (file: FoundFile): boolean =>
        file.path !== path && isRotatedName(base, file.path.slice(file.path.lastIndexOf("/") + 1));
      return {
        current: files.find((file) => file.path === path) ?? null,
        rotated: files.filter(isRotated).sort((a, b) => a.mtimeMs - b.mtimeMs),
      };
    },
    read: (file, offset, length) => run(readScript(file, offset, length), length),
    stillOpen: () => Promise.resolve(null),
    release: () => Promise.resolve(),
    close() {
      stopping.abort();
      void connecting?.then((open) => open.end()).catch(() => undefined); // it never came about: nothing to end
    },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** One line a file: `dev inode size mtime path`; the path last, since it may hold spaces. */
function lookScript(path: string): string {
  const name = quoted(path);
  return [
    `p=${name}`,
    `if [ -e "$p" ] && [ ! -f "$p" ]; then echo NOTFILE; exit 0; fi`,
    `if [ -e "$p" ] && [ ! -r "$p" ]; then echo DENIED; exit 0; fi`,
    `for f in "$p" "$p".* "$p"-*; do [ -f "$f" ] && stat -L -c '%d %i %s %Y %n' -- "$f"; done`,
    "exit 0",
  ].join("\n");
}

function readScript(file: FoundFile, offset: number, length: number): string {
  const name = quoted(file.path);
  const content = isCompressed(file)
    ? `gzip -dc -- ${name} | tail -c +${offset + 1}`
    : `tail -c +${offset + 1} -- ${name}`;
  // another file may have the name by now: the next look finds out
  return `[ "$(stat -L -c %i -- ${name})" = ${file.ino} ] || exit 0\n${content} | head -c ${length}`;
}

function foundLine(line: string): FoundFile[] {
  if (line === "NOTFILE") throw new FileTrouble("NOTFILE", line);
  if (line === "DENIED") throw new FileTrouble("EACCES", line);
  const [, dev, ino, size, mtime, path] = /^(\d+) (\d+) (\d+) (\d+) (\/.*)$/.exec(line) ?? [];
  if (path === undefined) return []; // what a login prints is no listing
  return [{ path, dev: Number(dev), ino: Number(ino), size: Number(size), mtimeMs: Number(mtime) * 1_000 }];
}

interface Run {
  readonly client: Client;
  readonly clock: Clock;
  readonly script: string;
  readonly mostBytes: number;
}

/** One exec and its output, bounded in size and time; a connection that gives no answer is let go. */
function runScript({ client, clock, script, mostBytes }: Run): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
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
    client.exec(`exec nice -n 10 sh -c ${quoted(script)}`, (error, stream) => {
      if (error !== undefined) return fail("EPIPE", error.message);
      stream.on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes <= mostBytes) parts.push(part);
      });
      stream.stderr.resume();
      stream.once("close", () => {
        end();
        resolve(Buffer.concat(parts));
      });
      return undefined;
    });
  });
}
