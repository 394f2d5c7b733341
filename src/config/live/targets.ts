import fs from "node:fs/promises";
import path from "node:path";
import { openSftp } from "../../clients/sftp.ts";
import type { Clock } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { errorText } from "../../kernel/errors.ts";
import type { PublishTarget } from "../../kernel/model/site.ts";
import { systemCode } from "../source.ts";
import { inBothLanguages, type Tried } from "./tried.ts";

interface Limits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const works: Tried = { state: "ok", say: inBothLanguages((w) => w.livePageOk), error: null };

/** Puts a small file of another name where the page goes, and takes it away again. */
export function tryTarget(target: PublishTarget, limits: Limits): Promise<Tried> {
  return target.kind === "folder" ? tryFolder(target.path) : trySftp(target, limits);
}

function fails(error: string): Tried {
  return { state: "down", say: inBothLanguages((w) => w.livePage), error };
}

/** A page's folder is made when it is first needed, so its nearest folder counts. */
async function tryFolder(folder: string): Promise<Tried> {
  try {
    const file = path.join(await nearest(folder), trialName());
    await fs.writeFile(file, "", { flag: "wx" });
    await fs.rm(file);
    return works;
  } catch (thrown) {
    return fails(`${folder}: ${systemCode(thrown)}`);
  }
}

async function nearest(folder: string): Promise<string> {
  const stat = await fs.stat(folder).catch(() => null);
  const above = path.dirname(folder);
  return stat !== null || above === folder ? folder : nearest(above);
}

function trialName(): string {
  return `.koboshi-trial-${randomId()}`;
}

async function trySftp(target: Extract<PublishTarget, { kind: "sftp" }>, limits: Limits): Promise<Tried> {
  const opened = await openSftp(target, limits);
  if (!opened.ok) return fails(`${opened.error.reason} ${opened.error.seen}`.trim());
  const session = opened.value;
  try {
    const file = path.posix.join(target.path, trialName());
    await session.write(file, new Uint8Array());
    await session.remove(file);
    return works;
  } catch (thrown) {
    return fails(errorText(thrown));
  } finally {
    session.close();
  }
}
