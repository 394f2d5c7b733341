import type { Client, SFTPWrapper, Stats } from "ssh2";
import { err, ok, type Result } from "../kernel/result.ts";
import { safeText } from "./safe-text.ts";
import { connectSsh, type SshFailure, type SshLimits, type SshTarget } from "./ssh.ts";

/** One question to the server; 32 kB take a second at 256 kbit/s. */
const stepLimitMs = 10_000;
/** What every server takes in one packet. Source: draft-ietf-secsh-filexfer-02 §3, 34,000 bytes a packet. */
const chunkBytes = 32_768;

/** Status codes of the protocol. Source: draft-ietf-secsh-filexfer-02 §7. */
const statusCodes = { noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;

/** What the server, or our own patience, answered instead. */
export class SftpError extends Error {
  readonly reason: "permission-denied" | "no-such-file" | "failure" | "unsupported" | "timeout" | "stopped" | "closed";

  constructor(reason: SftpError["reason"], text: string) {
    super(text === "" ? reason : `${reason}: ${text}`);
    this.name = "SftpError";
    this.reason = reason;
  }
}

export type EntryKind = "file" | "folder" | "link" | "other";

/** Files on another host. Every call ends within its own time limit; what goes wrong is thrown as SftpError. */
export interface SftpSession {
  /** what is there, links not followed; null when nothing is */
  kindOf(path: string): Promise<EntryKind | null>;
  /** @throws SftpError `failure` when it is longer than `maxBytes` */
  read(path: string, maxBytes: number): Promise<Buffer>;
  /** New or replaced, mode 0644; on the far disk where the server can promise it. */
  write(path: string, body: Uint8Array): Promise<void>;
  /** In one step where the server can (OpenSSH does), else by removing `to` first. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  close(): void;
}

/** Connects and opens the file subsystem; a jailed account (`internal-sftp` in a chroot) is enough. */
export async function openSftp(target: SshTarget, limits: SshLimits): Promise<Result<SftpSession, SshFailure>> {
  const connected = await connectSsh(target, limits);
  if (!connected.ok) return connected;
  const client = connected.value;
  try {
    const sftp = await step<SFTPWrapper>(limits, client, (done) => client.sftp(done));
    return ok(sessionOf(client, sftp, limits));
  } catch (thrown) {
    client.destroy();
    return err(subsystemFailure(thrown));
  }
}

function subsystemFailure(thrown: unknown): SshFailure {
  if (!(thrown instanceof SftpError)) throw thrown;
  const { reason } = thrown;
  if (reason === "timeout" || reason === "stopped") return { reason, seen: "" };
  return { reason: "connection-failed", seen: thrown.message };
}

type Done<T> = (error?: Error | null, value?: T) => void;

/** One request and its answer, or the end of our patience; then the connection is of no use any more. */
function step<T>(limits: SshLimits, client: Client, ask: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (error: SftpError | null, value?: T): void => {
      timer.cancel();
      limits.signal.removeEventListener("abort", stop);
      client.removeListener("close", closed);
      if (error === null) resolve(value as T);
      else reject(error);
    };
    const giveUp = (reason: SftpError["reason"]): void => {
      settle(new SftpError(reason, "")); // first: what the end of the connection makes of the request is no news
      client.destroy();
    };
    const stop = (): void => giveUp("stopped");
    const closed = (): void => settle(new SftpError("closed", ""));
    const timer = limits.clock.after(stepLimitMs, () => giveUp("timeout"));
    if (limits.signal.aborted) return stop();
    limits.signal.addEventListener("abort", stop);
    client.once("close", closed);
    try {
      ask((error, value) => settle(error instanceof Error ? sftpError(error) : null, value));
    } catch (thrown) {
      settle(sftpError(thrown));
    }
  });
}

function sftpError(thrown: unknown): SftpError {
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  const text = safeText(String(message), []);
  if (code === statusCodes.permissionDenied) return new SftpError("permission-denied", text);
  if (code === statusCodes.noSuchFile) return new SftpError("no-such-file", text);
  if (code === statusCodes.unsupported || text.includes("does not support")) return new SftpError("unsupported", text);
  return new SftpError("failure", text);
}

/** Runs `work`; answers of these kinds are what the caller expects. @returns null for them */
async function allowing<T>(work: Promise<T>, ...reasons: readonly SftpError["reason"][]): Promise<T | null> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof SftpError && reasons.includes(thrown.reason)) return null;
    throw thrown;
  }
}

function sessionOf(client: Client, sftp: SFTPWrapper, limits: SshLimits): SftpSession {
  const ask = <T>(question: (done: Done<T>) => void): Promise<T> => step(limits, client, question);
  const kindOf = async (path: string): Promise<EntryKind | null> => {
    const found = await allowing(
      ask<Stats>((done) => sftp.lstat(path, done)),
      "no-such-file",
    );
    return found === null ? null : entryKind(found);
  };
  const remove = (path: string): Promise<void> => ask((done) => sftp.unlink(path, done));
  return {
    kindOf,
    read: (path, maxBytes) => readWhole({ ask, sftp, path, maxBytes }),
    write: (path, body) => writeWhole({ ask, sftp, path, body }),
    async rename(from, to) {
      const renamed = await allowing(
        ask((done) => sftp.ext_openssh_rename(from, to, done)).then(() => true),
        "unsupported",
      );
      if (renamed === true) return;
      if ((await kindOf(to)) !== null) await remove(to);
      await ask((done) => sftp.rename(from, to, done));
    },
    remove,
    makeFolder: (path) => ask((done) => sftp.mkdir(path, { mode: 0o755 }, done)),
    removeFolder: (path) => ask((done) => sftp.rmdir(path, done)),
    close: () => void client.end(),
  };
}

function entryKind(found: Stats): EntryKind {
  if (found.isSymbolicLink()) return "link";
  if (found.isDirectory()) return "folder";
  return found.isFile() ? "file" : "other";
}

interface FileWork {
  readonly ask: <T>(question: (done: Done<T>) => void) => Promise<T>;
  readonly sftp: SFTPWrapper;
  readonly path: string;
}

/** Closes the file after `use`; when `use` failed that is what is told, whatever becomes of the closing. */
async function closing<T>({ ask, sftp }: FileWork, handle: Buffer, use: () => Promise<T>): Promise<T> {
  const close = (): Promise<void> => ask<void>((done) => sftp.close(handle, done));
  try {
    const value = await use();
    await close();
    return value;
  } catch (thrown) {
    await Promise.allSettled([close()]);
    throw thrown;
  }
}

async function readWhole(work: FileWork & { maxBytes: number }): Promise<Buffer> {
  const { ask, sftp, path, maxBytes } = work;
  const handle = await ask<Buffer>((done) => sftp.open(path, "r", done));
  return closing(work, handle, async () => {
    const chunks: Buffer[] = [];
    for (let at = 0; at <= maxBytes;) {
      const chunk = await readChunk(work, handle, at);
      if (chunk.length === 0) return Buffer.concat(chunks);
      chunks.push(chunk);
      at += chunk.length;
    }
    throw new SftpError("failure", "the file is too long");
  });
}

/** @returns what is there from `at` on; empty at the end of the file */
function readChunk({ ask, sftp }: FileWork, handle: Buffer, at: number): Promise<Buffer> {
  const buffer = Buffer.alloc(chunkBytes);
  return ask<Buffer>((done) =>
    sftp.read(handle, buffer, 0, chunkBytes, at, (error, bytes) => {
      const end = (error as { code?: number } | undefined)?.code === 1; // the end of the file is told as an error
      done(end ? null : error, buffer.subarray(0, end ? 0 : bytes));
    }),
  );
}

async function writeWhole(work: FileWork & { body: Uint8Array }): Promise<void> {
  const { ask, sftp, path, body } = work;
  const handle = await ask<Buffer>((done) => sftp.open(path, "w", { mode: 0o644 }, done));
  const bytes = Buffer.from(body);
  await closing(work, handle, async () => {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const length = Math.min(chunkBytes, bytes.length - at);
      await ask<void>((done) => sftp.write(handle, bytes, at, length, at, done));
    }
    // some servers know neither; whatever their umask, the compared copy shows whether the page is there
    await allowing(
      ask<void>((done) => sftp.fsetstat(handle, { mode: 0o644 }, done)),
      "unsupported",
    );
    await allowing(
      ask<unknown>((done) => sftp.ext_openssh_fsync(handle, done)),
      "unsupported",
    );
  });
}
