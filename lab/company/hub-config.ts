import fs from "node:fs";

export const vantages = ["pc1", "office", "va", "vb"] as const;

/** What the company's hub is told, with the key that web1 shows in this run. */
export function hubConfig({ programs, hostKey }: { programs: string; hostKey: string }): string {
  return fs.readFileSync(`${programs}/files/hub/koboshi.yml`, "utf8").replace("HOST_KEY_OF_WEB1", hostKey);
}
