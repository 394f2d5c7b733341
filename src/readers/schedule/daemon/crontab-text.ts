import type { CrontabForm, LineFinding } from "../crontab-file.ts";

const names = "sun mon tue wed thu fri sat jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/**
 * The finding because of which the daemon takes nothing from the whole file. Measured with Debian's cron 3.0pl1-162: one line
 * it cannot read, or a last one without its end, is enough; a range that runs backward is read and never matches. cronie
 * leaves out that line alone.
 */
export function isFileRefused(findings: readonly LineFinding[], daemon: CrontabForm["daemon"]): LineFinding | null {
  if (daemon === "cronie") return null;
  return findings.find((finding) => isFatal(finding)) ?? null;
}

function isFatal(finding: LineFinding): boolean {
  if (finding.code === "zone-ignored") return false;
  return finding.code !== "not-read" || !finding.problem.written.split(",").some((entry) => isBackward(entry));
}

function isBackward(entry: string): boolean {
  const [, from = "", to = ""] = /^(\w+)-(\w+)(?:\/\d+)?$/.exec(entry.toLowerCase()) ?? [];
  return from !== "" && valueOf(from) >= 0 && valueOf(to) >= 0 && valueOf(from) > valueOf(to);
}

/** @returns -1: no value */
function valueOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : names.indexOf(text);
}

/** A crontab of cronie without the `-` before lines whose start it does not log; the lines keep their numbers. */
export function withoutSilentMarks(text: string): string {
  return text.replaceAll(/^-(?=[\d*@])/gm, "");
}
