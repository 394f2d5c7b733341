import os from "node:os";
import { KoboshiError } from "../kernel/errors.ts";
import type { ReportInput } from "../readers/logs/report/inputs.ts";
import { isZone } from "../readers/schedule/zone.ts";
import { logReportWords } from "../words/logs-report.ts";
import type { Context } from "./command.ts";

const mostThreads = 4;

/** Options that the commands reading web server logs share. */
export const logWayOptions = { tz: { type: "string" }, threads: { type: "string" } } as const;

/** The files and how they are read, from the command line. @throws KoboshiError KB1001 */
export function logWays(context: Context, isBrief: boolean): ReportInput {
  const { args, lang, clock, values } = context;
  if (args.length === 0) throw new KoboshiError("KB1001", { what: logReportWords(lang).whichFile });
  const place = { zone: zoneOf(context), nowMs: clock.nowMs() };
  return { files: args, place, threads: threadsOf(values["threads"]), isBrief };
}

/** `--tz`, else the zone of this machine. */
export function zoneOf({ values }: Context): string {
  const written = values["tz"];
  if (typeof written !== "string") return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(written)) throw new KoboshiError("KB1001", { what: `--tz ${written.slice(0, 60)} (Asia/Tokyo, UTC …)` });
  return written;
}

function threadsOf(written: Context["values"][string]): number {
  if (typeof written !== "string") return Math.min(mostThreads, os.availableParallelism());
  const threads = Number(written);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new KoboshiError("KB1001", { what: `--threads ${written.slice(0, 20)} (1–64)` });
  }
  return threads;
}
