import type { LogSource } from "../../kernel/ports-logs.ts";
import type { FollowedSource } from "./following.ts";
import type { SyslogIntake } from "./intake.ts";
import type { KnownSource, KnownSources } from "./known-sources.ts";

export interface SourceParts {
  readonly known: KnownSources;
  readonly intake: SyslogIntake;
  followed(): readonly FollowedSource[];
}

/** Senders differ by address: those that spoke last are shown. */
const mostSenders = 200;

/** Where lines come from, and how each place stands: files first, then the doors, then who came in by them. */
export function sourcesOf({ known, intake, followed }: SourceParts): readonly LogSource[] {
  const byKey = new Map(known.list().map((one) => [one.reader.key, one]));
  const files = followed().map((one) => fileSource(one, byKey.get(one.spec.key)));
  const fileKeys = new Set(files.map(({ key }) => key));
  const senders = [...byKey.values()]
    .filter(({ reader }) => !fileKeys.has(reader.key))
    .sort((a, b) => (b.lastAtMs ?? 0) - (a.lastAtMs ?? 0))
    .slice(0, mostSenders);
  return [...files, ...intake.sources(), ...senders.map(senderSource)];
}

function fileSource(followed: FollowedSource, known: KnownSource | undefined): LogSource {
  const { key, host, kind, path } = followed.spec;
  return { key, host, kind, at: path, ...followed.state(), ...readOf(known) };
}

function senderSource(known: KnownSource): LogSource {
  const { key } = known.reader;
  return {
    key,
    host: known.host,
    kind: "sender",
    at: key.slice(key.indexOf(":") + 1),
    state: "following",
    problem: null,
    seen: "",
    lagBytes: 0,
    dropped: 0,
    ...readOf(known),
  };
}

function readOf(known: KnownSource | undefined): Pick<LogSource, "format" | "lastAtMs" | "lines"> {
  return {
    format: known?.reader.formatId() ?? null,
    lastAtMs: known?.lastAtMs ?? null,
    lines: known?.lines ?? 0,
  };
}
