import type { HostChanges } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";
import { logMoment, type LogClock } from "./log-time.ts";

/** The section `changed`: files of the last two hours by their own time, packages by the record of their manager. */
export function changesOf(lines: readonly string[], clock: LogClock): HostChanges {
  const files = tagged(lines, "c").flatMap((row) => {
    const match = /^(\d{1,11}) (\/.*)$/.exec(row);
    return match === null ? [] : [{ path: match[2] ?? "", atMs: Number(match[1]) * 1_000 }];
  });
  const packages = [...tagged(lines, "dpkg"), ...tagged(lines, "rpm")].map((row) => ({
    atMs: logMoment(row, clock),
    text: row.replace(/^(?:\d{4}-\d\d-\d\d[T ][\d:+Z-]+|[A-Z][a-z]{2} +\d+ [\d:]+) */, "").slice(0, 160),
  }));
  const listed = tagged(lines, "rpmlast").map((row) => ({
    atMs: null,
    text: row.replaceAll(/\s+/g, " ").slice(0, 160),
  }));
  return {
    files: files.toSorted((a, b) => b.atMs - a.atMs),
    packages: [...packages.toSorted((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0)), ...listed],
  };
}
