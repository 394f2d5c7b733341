import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Artifacts } from "../kernel/model/probe.ts";

const nameForm = /^[a-z0-9-]{1,60}\.[a-z]{2,4}$/;
const longestStem = 80;

/** The files of one check, below one folder: what a probe keeps replaces what had the same name before. */
export function artifactsOf(folder: string, checkId: string): Artifacts {
  const stem = checkId.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(0, longestStem);
  return {
    async keep(name, bytes) {
      if (!nameForm.test(name)) throw new Error(`not a name for a kept file: ${name}`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = path.join(folder, `${stem}-${name}`);
      const beside = `${file}.${randomBytes(4).toString("hex")}.part`;
      try {
        const handle = await open(beside, "wx", 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(beside, file);
      } catch (thrown) {
        await rm(beside, { force: true });
        throw thrown;
      }
      return file;
    },
  };
}
