import fs from "node:fs";
import { loadConfig, openSomeSecrets, thisMachine } from "../config/index.ts";
import type { Site } from "../kernel/model/site.ts";

/**
 * The site of the configuration file, for commands that work without a hub: each secret opened where it can be opened here,
 * closed otherwise. @returns null without a usable file
 */
export function readSite(configPath: string): Site | null {
  if (!fs.existsSync(configPath)) return null;
  const { plan } = loadConfig(configPath);
  return plan === null ? null : openSomeSecrets(plan, thisMachine());
}
