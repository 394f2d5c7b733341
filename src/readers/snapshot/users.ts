import { tagged, type HostSection } from "../host/frame.ts";
import { entries, type Entries } from "./entries.ts";

type Pairs = readonly (readonly [string, string])[];

export function usersOf({ lines }: HostSection): Entries {
  return entries([
    ...tagged(lines, "pw").map((row) => named("user", row)),
    ...tagged(lines, "gr").map((row) => named("group", row)),
    ...tagged(lines, "keys").map((row) => [`keys ${row.split(" ")[0] ?? ""}`, row.split(" ")[1] ?? ""] as const),
    ...logins(lines),
  ]);
}

/** `root:0:0:/root:/bin/bash`, `adm:4:syslog,taro` */
function named(word: string, row: string): readonly [string, string] {
  const [name = "", ...rest] = row.split(":");
  const members = (rest.at(-1) ?? "").split(",").toSorted().join(",");
  return [`${word} ${name}`, [...rest.slice(0, -1), members].join(" ").trim()];
}

/** `taro pts/0 192.0.2.9 Mon Nov 23 10:00:00 2026 - …`: who, whence and since when; how long is not yet known. */
function logins(lines: readonly string[]): Pairs {
  return tagged(lines, "last").flatMap((row): Pairs => {
    const match =
      /^(\S+)\s+(\S+)\s+(\S.*?)?\s*\b((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [\s\d]\d \d\d:\d\d(?::\d\d \d{4})?)/.exec(
        row,
      );
    const [, user = "", , from = "", since = ""] = match ?? [];
    if (match === null || /^(?:reboot|shutdown|runlevel|wtmp)$/.test(user)) return [];
    return [[`login ${user} ${from === "" ? "-" : from} ${since}`, ""]];
  });
}
