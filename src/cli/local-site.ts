import fs from "node:fs";
import { loadConfig, openSecrets, thisMachine } from "../config/index.ts";
import type { Site } from "../kernel/model/site.ts";

/**
 * The site of the configuration file, for commands that work without a hub: with its secrets where they can be opened,
 * with closed ones otherwise. @returns null without a usable file
 */
export function readSite(configPath: string): Site | null {
  if (!fs.existsSync(configPath)) return null;
  const { plan } = loadConfig(configPath);
  if (plan === null) return null;
  const opened = openSecrets(plan, thisMachine());
  return opened.ok ? opened.value : plan.site;
}
