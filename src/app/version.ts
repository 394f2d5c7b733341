import fs from "node:fs";

/** The version of the package this file was built into. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}
