import { posix } from "node:path";
import { openSftp, SftpError, type SftpSession } from "../../clients/sftp.ts";
import type { SshFailure } from "../../clients/ssh.ts";
import { err } from "../../kernel/result.ts";
import type { PageStore } from "../placing.ts";
import { definePublisher, publishTo, refusal } from "../publisher.ts";
import { PageRefused } from "../refused.ts";

const maxBytes = 1_000_000;

/** A folder of another host, with the rights of an account that can do nothing else. */
export const sftp = definePublisher({
  kind: "sftp",
  summary: { ja: "SFTP で別のサーバのフォルダ", en: "a folder of another server, by SFTP" },
  async publish(target, files, { clock, signal }) {
    const opened = await openSftp(target, { clock, signal });
    if (!opened.ok) return err(refusal(target, new PageRefused(connectReason(opened.error))));
    const session = opened.value;
    try {
      return await publishTo(sftpStore(session, target.path), target, files);
    } finally {
      session.close();
    }
  },
});

function connectReason({ reason, seen }: SshFailure): string {
  return seen === "" ? reason : `${reason}: ${seen}`;
}

/** The same rules as in a folder of this machine: nothing inside is reached through a link. */
function sftpStore(session: SftpSession, root: string): PageStore {
  const at = (name: string): string => posix.join(root, name);
  const checked = async <T>(name: string, work: (file: string) => Promise<T>): Promise<T> => {
    try {
      await refuseLinks(session, root, name);
      return await work(at(name));
    } catch (thrown) {
      throw thrown instanceof SftpError ? new PageRefused(sftpReason(thrown, at(name)), thrown) : thrown;
    }
  };
  return {
    read: (name) => checked(name, (file) => readPlain(session, file)),
    write: (name, body) => checked(name, (file) => session.write(file, body)),
    rename: (from, to) => checked(to, (file) => session.rename(at(from), file)),
    remove: (name) =>
      checked(name, async (file) => {
        if ((await session.kindOf(file)) !== null) await session.remove(file);
      }),
    makeFolder: (name) => checked(`${name}/.`, (file) => makeFolders(session, file)),
    removeFolder: (name) => checked(name, (file) => removeEmptyFolder(session, file)),
  };
}

/** The protocol has no word for a full disk or a read-only one: a server says only that it failed. */
function sftpReason(error: SftpError, file: string): string {
  const codes: Partial<Record<SftpError["reason"], string>> = {
    failure: "not-written",
    "no-such-file": "not-a-folder",
    unsupported: "not-written",
    closed: "connection-failed",
  };
  return `${codes[error.reason] ?? error.reason}: ${file}`;
}

async function refuseLinks(session: SftpSession, root: string, name: string): Promise<void> {
  const folders = posix
    .dirname(name)
    .split("/")
    .filter((part) => part !== "." && part !== "");
  for (let depth = 1; depth <= folders.length; depth++) {
    const folder = posix.join(root, ...folders.slice(0, depth));
    if ((await session.kindOf(folder)) === "link") throw new PageRefused(`symbolic-link: ${folder}`);
  }
}

async function readPlain(session: SftpSession, file: string): Promise<Buffer | null> {
  const kind = await session.kindOf(file);
  if (kind === null) return null;
  if (kind === "link") throw new PageRefused(`symbolic-link: ${file}`);
  if (kind !== "file") throw new PageRefused(`foreign-file: ${file}`);
  return session.read(file, maxBytes);
}

/** Makes what is missing on the way, from the top. */
async function makeFolders(session: SftpSession, folder: string): Promise<void> {
  const plain = posix.normalize(folder).replace(/\/$/, "");
  if (plain === "" || plain === "." || (await session.kindOf(plain)) !== null) return;
  await makeFolders(session, posix.dirname(plain));
  await session.makeFolder(plain);
}

async function removeEmptyFolder(session: SftpSession, folder: string): Promise<void> {
  if ((await session.kindOf(folder)) === null) return;
  try {
    await session.removeFolder(folder);
  } catch (thrown) {
    // the protocol does not say "not empty": what is left in it is not ours
    if (!(thrown instanceof SftpError && thrown.reason === "failure")) throw thrown;
  }
}
