import { tagged, type HostSection } from "../host/frame.ts";
import { maskSecrets } from "../host/mask.ts";
import { entries, fileEntry, textsIn, type Entries, type SentText } from "./entries.ts";

type Pairs = readonly (readonly [string, string])[];

export function cronOf({ lines }: HostSection): Entries {
  const files = textsIn(lines);
  return entries([
    ...daemons(lines),
    ...files.map(fileEntry),
    ...files.flatMap(fileLines),
    ...parts(lines),
    ...stamps(lines),
    ...tagged(lines, "at").map((row) => [`at ${row.split(/\s/)[0] ?? ""}`, row.replace(/^\S+\s+/, "")] as const),
    ...timers(lines),
  ]);
}

/** `daemon cron TICKS`: the oldest of a name is the daemon, what it started has its name for a moment. */
function daemons(lines: readonly string[]): Pairs {
  const perSecond = Number(tagged(lines, "hz")[0]) || 100;
  const oldest = new Map<string, number>();
  for (const row of tagged(lines, "daemon")) {
    const [name = "", ticks = ""] = row.split(" ");
    oldest.set(name, Math.min(oldest.get(name) ?? Infinity, Number(ticks)));
  }
  return [...oldest].flatMap(([name, ticks]): Pairs => [
    [`daemon ${name}`, "running"],
    [`started ${name}`, (ticks / perSecond).toFixed(2)],
  ]);
}

function fileLines({ path, rows }: SentText): Pairs {
  const meant = (rows ?? []).filter((row) => !/^\s*(?:#|$)/.test(row));
  return meant.map((row) => [`line ${path} ${row}`, ""] as const);
}

/** `part 755 /etc/cron.daily/logrotate` */
function parts(lines: readonly string[]): Pairs {
  return tagged(lines, "part").flatMap((row): Pairs => {
    const [, mode = "", when = "", name = ""] = /^(\S+) \/etc\/cron\.(\w+)\/(.+)$/.exec(row) ?? [];
    return name === "" ? [] : [[`part ${when} ${name}`, mode]];
  });
}

/** `stamp MTIME PATH TEXT` */
function stamps(lines: readonly string[]): Pairs {
  return tagged(lines, "stamp").flatMap((row): Pairs => {
    const [, mtime = "", path = "", text = ""] = /^(\S+) (\/\S+) ?(.*)$/.exec(row) ?? [];
    return path === "" ? [] : [[`stamp ${path}`, `${mtime} ${text}`.trim()]];
  });
}

const settings = [
  "Unit",
  "TimersCalendar",
  "TimersMonotonic",
  "Persistent",
  "RandomizedDelayUSec",
  "AccuracyUSec",
  "ActiveState",
];

/** `timer Id=…` and so on, an empty line between two. */
function timers(lines: readonly string[]): Pairs {
  const records: string[][] = [[]];
  for (const line of lines.filter((one) => one.startsWith("timer"))) {
    const row = line.slice("timer ".length);
    if (row === "") records.push([]);
    else records.at(-1)?.push(row);
  }
  return records.flatMap(timerEntries);
}

function timerEntries(record: readonly string[]): Pairs {
  const all = (name: string): readonly string[] =>
    tagged(
      record.map((row) => row.replace("=", " ")),
      name,
    );
  const id = all("Id")[0] ?? "";
  if (!id.endsWith(".timer")) return [];
  const set = settings.flatMap((name) => all(name).map((value) => `${name}=${withoutNext(value)}`));
  return [
    [`timer ${id}`, maskSecrets(set.join(" "))],
    [`last ${id}`, all("LastTriggerUSec")[0] ?? ""],
    [`next ${id}`, all("NextElapseUSecRealtime")[0] ?? ""],
  ];
}

/** `{ OnCalendar=daily ; next_elapse=Mon 2026-11-23 00:00:00 UTC }` */
function withoutNext(value: string): string {
  return value.replaceAll(/ ?; next_elapse=[^;}]*?(?= ?[;}])/g, "").trim();
}
