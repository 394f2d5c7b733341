import { constants } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import type { PageStore } from "../placing.ts";
import { definePublisher, publishTo } from "../publisher.ts";
import { PageRefused } from "../refused.ts";

const maxBytes = 1_000_000;
const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission-denied",
  EPERM: "permission-denied",
  EROFS: "read-only",
  ENOSPC: "no-space",
  EDQUOT: "no-space",
  ENOTDIR: "not-a-folder",
  ELOOP: "symbolic-link",
};

/** A folder of this machine, usually one that a web server shows. */
export const folder = definePublisher({
  kind: "folder",
  summary: { ja: "このコンピュータのフォルダ", en: "a folder of this machine" },
  publish: (target, files, { signal }) => publishTo(folderStore(target.path, signal), target, files),
});

/** The folder itself may be reached by a link, which its owner chose; nothing inside may lead out of it. */
export function folderStore(folderPath: string, signal: AbortSignal): PageStore {
  const root = path.resolve(folderPath);
  const at = (name: string): string => path.join(root, name);
  const guarded = <T>(name: string, work: () => Promise<T>): Promise<T> => refusing(at(name), signal, work);
  return {
    read: (name) => guarded(name, async () => readPlain(root, name)),
    write: (name, body) =>
      guarded(name, async () => {
        await refuseLinks(root, name);
        await writeDurably(at(name), body);
      }),
    rename: (from, to) =>
      guarded(to, async () => {
        await refuseLinks(root, to);
        await fs.rename(at(from), at(to));
        await syncFolder(path.dirname(at(to)));
      }),
    remove: (name) =>
      guarded(name, async () => {
        await refuseLinks(root, name);
        await fs.rm(at(name), { force: true });
      }),
    makeFolder: (name) =>
      guarded(name, async () => {
        await refuseLinks(root, `${name}/.`);
        await fs.mkdir(at(name), { recursive: true, mode: 0o755 });
      }),
    removeFolder: (name) =>
      guarded(name, async () => {
        await fs.rmdir(at(name)).catch((thrown: NodeJS.ErrnoException) => {
          if (thrown.code !== "ENOENT" && thrown.code !== "ENOTEMPTY") throw thrown;
        });
      }),
  };
}

/** Turns what the system says into a reason people can act on. */
async function refusing<T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw new PageRefused("stopped");
  try {
    return await work();
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    const reason = code === undefined ? undefined : reasons[code];
    throw reason === undefined ? thrown : new PageRefused(`${reason}: ${file}`, thrown);
  }
}

/** Every folder on the way from the page's folder to `name` must be a folder, not a link to one. */
async function refuseLinks(root: string, name: string): Promise<void> {
  const folders = path.posix
    .dirname(name)
    .split("/")
    .filter((part) => part !== "." && part !== "");
  for (let depth = 1; depth <= folders.length; depth++) {
    const folderPath = path.join(root, ...folders.slice(0, depth));
    const found = await fs.lstat(folderPath).catch(ignoreMissing);
    if (found?.isSymbolicLink() === true) throw new PageRefused(`symbolic-link: ${folderPath}`);
  }
}

function ignoreMissing(thrown: NodeJS.ErrnoException): null {
  if (thrown.code !== "ENOENT") throw thrown;
  return null;
}

async function readPlain(root: string, name: string): Promise<Buffer | null> {
  await refuseLinks(root, name);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await fs.open(path.join(root, name), flags).catch(ignoreMissing);
  if (handle === null) return null;
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > maxBytes) throw new PageRefused(`foreign-file: ${name}`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function writeDurably(file: string, body: Uint8Array): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const handle = await fs.open(file, flags, 0o644);
  try {
    await handle.chmod(0o644); // whatever the umask: customers must be able to read it
    await handle.writeFile(body);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folderPath: string): Promise<void> {
  const handle = await fs.open(folderPath, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
