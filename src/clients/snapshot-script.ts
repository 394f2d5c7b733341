import fs from "node:fs";
import type { SnapshotSection } from "../kernel/model/snapshot.ts";
import { hostCommand, hostScript } from "./host-script.ts";

/**
 * Functions that tell what a machine is like, to stand beside those of the look; `look_snapshot` runs the parts that were
 * asked for. An installed copy of the look's script that holds them answers a restricted key too.
 */
export const snapshotSectionsScript: string = fs.readFileSync(new URL("snapshot-sections.sh", import.meta.url), "utf8");

/** Behind it stands what only a diagnosis asks. */
const lookEnds = "\n# --- what a diagnosis asks";

/** What is sent to take a snapshot: frame, limits and rights of the look, and these parts. POSIX sh, read-only. */
export const snapshotScript: string = [
  hostScript.slice(0, hostScript.indexOf(lookEnds)),
  snapshotSectionsScript,
  "# nothing it calls may read from where this text comes from",
  "look_snapshot </dev/null",
  "printf '@@end %s\\n' \"$(date +%s)\"",
  "",
].join("\n");

/**
 * The command that takes `snapshotScript` on its standard input; a restricted key's program takes its last word.
 * @param sudo the commands of the shipped sudoers file may be tried
 */
export function snapshotCommand(sections: readonly SnapshotSection[], sudo: boolean): string {
  return hostCommand([...sections.map((name) => `snap${name}`), ...(sudo ? ["sudo"] : [])]);
}
