import fs from "node:fs";
import path from "node:path";
import { emptySite, formatFinding, formatFindings, loadConfig, openSecrets, thisMachine } from "../config/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { giveBackMemory } from "./give-back.ts";
import { startHub, type Hub } from "./hub.ts";

export interface RunOptions {
  readonly configPath: string;
  readonly lang: Lang;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  /** what the configuration has to say, as printed; to stderr */
  say(text: string): void;
}

/** The configuration could not be used: what is wrong, printed as the loader does, and how many findings. */
interface Refused {
  readonly printed: string;
  readonly findings: number;
}

/** By then everything has been looked at once. */
const settledAfterMs = 30_000;

/** Starts the hub of a configuration file; without a file, an empty one. @throws KoboshiError KB1101 when it is not valid */
export async function runHub(options: RunOptions): Promise<Hub & { reload(): Promise<void> }> {
  const site = readConfiguration(options);
  if (!site.ok) {
    options.say(site.error.printed);
    throw new KoboshiError("KB1101", { what: options.configPath });
  }
  const hub = await startHub(options, site.value);
  let settling = options.clock.after(settledAfterMs, giveBackMemory);
  return {
    ...hub,
    async reload() {
      settling.cancel();
      await reload(hub, options);
      settling = options.clock.after(settledAfterMs, giveBackMemory);
    },
    async stop() {
      settling.cancel();
      await hub.stop();
    },
  };
}

/** Reads the file anew: a good one takes over, a bad one changes nothing and is told. */
async function reload(hub: Hub, options: RunOptions): Promise<void> {
  const site = readConfiguration(options);
  try {
    if (site.ok) await hub.apply(site.value);
    else {
      options.say(site.error.printed);
      await hub.refuse(site.error.findings);
    }
  } catch (thrown) {
    options.log.error("configuration not taken over", { error: errorText(thrown) });
  }
}

function readConfiguration({ configPath, lang, say }: RunOptions): Result<Site, Refused> {
  if (!fs.existsSync(configPath)) return ok(emptySite(path.resolve(path.dirname(configPath), "koboshi-data")));
  const outcome = loadConfig(configPath);
  const printed = formatFindings(outcome, { lang });
  const errors = outcome.findings.filter(({ severity }) => severity === "error").length;
  if (outcome.plan === null) return err({ printed, findings: Math.max(1, errors) });
  const opened = openSecrets(outcome.plan, thisMachine());
  if (!opened.ok) {
    const lines = opened.error.map((finding) => formatFinding(outcome, finding, { lang }));
    return err({ printed: `${lines.join("\n")}\n`, findings: lines.length });
  }
  if (outcome.findings.some(({ severity }) => severity === "warning")) say(printed);
  return opened;
}
