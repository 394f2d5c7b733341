import { tagged, type HostSection } from "../host/frame.ts";
import { entries, type Entries } from "./entries.ts";

type Pairs = readonly (readonly [string, string])[];

export function svcOf({ lines }: HostSection): Entries {
  return entries([
    ...mailQueue(tagged(lines, "mailq")[0]),
    ...tagged(lines, "container").flatMap((row): Pairs => {
      const [name = "", image = ""] = row.split(" ");
      return name === "" ? [] : [[`container ${name}`, image]];
    }),
    ...tagged(lines, "mod").map((name) => [`module ${name}`, ""] as const),
  ]);
}

/** `Mail queue is empty`, `-- 12 Kbytes in 3 Requests.`: only about how many, for a queue is never the same twice. */
function mailQueue(row: string | undefined): Pairs {
  if (row === undefined) return [];
  if (/is empty/.test(row)) return [["mail-queue", "0"]];
  const digits = /in (\d+) Requests?/.exec(row)?.[1];
  return digits === undefined ? [] : [["mail-queue", `1${"0".repeat(digits.length - 1)}+`]];
}
