import { createHash } from "node:crypto";
import type { Site } from "../kernel/model/site.ts";
import { compile } from "./compile.ts";
import { thisMachine, type Machine } from "./machine.ts";
import { RootConfig } from "./schema.ts";

/** What runs before there is a file: nothing watched, everything by default, data in `dataFolder`. */
export function emptySite(dataFolder: string, machine: Machine = thisMachine()): Site {
  const raw = { version: 1, hub: { data: dataFolder } };
  const hash = createHash("sha256").update("").digest("hex");
  return compile({ config: RootConfig.parse(raw), raw, folder: process.cwd(), hash, machine }).site;
}
