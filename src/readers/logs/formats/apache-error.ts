import { defineFormat, numberLike, present, type LogFields } from "./format.ts";
import { readMonthTime } from "./moment.ts";
import { severityOf } from "./severity.ts";

const after = /^\] \[(?:(\w*):)?(\w+)\](?: \[pid (\d+)(?::tid (\d+))?\])?(?: \[remote ([^\]]+)\])? ?(.*)$/s;
const client = /\[client ([^\]]+?)(?::(\d+))?\] ?/;

/** What is named in a longer text stands at its ends. */
const fieldChars = 4_096;

/** The error log of Apache 2.2 and 2.4. Source: Apache HTTP Server documentation, directive ErrorLogFormat. */
export const apacheError = defineFormat("apache-error", (line, context) => {
  if (!line.startsWith("[")) return null;
  const time = readMonthTime(line.slice(1, 49), context);
  const match = time === null ? null : after.exec(line.slice(1 + time.length));
  if (time === null || match === null) return null;
  const [, module, level = "", pid, tid, remote, text = ""] = match;
  const severity = severityOf(level);
  if (severity === null) return null;
  const { from, named } = readNamed(text);
  return {
    atMs: time.atMs,
    severity,
    host: null,
    program: null,
    fields: present({ module, level, pid: numberLike(pid), tid: numberLike(tid), client: remote, ...named }),
    message: from === "" ? text : text.replace(from, ""),
  };
});

/** @returns from: how the client stands in the text */
function readNamed(text: string): { from: string; named: LogFields } {
  const start = text.slice(0, fieldChars);
  const [from = "", address, port] = client.exec(start) ?? [];
  const named = present({
    client: address,
    port: numberLike(port),
    code: /\bAH\d{5}\b/.exec(start)?.[0],
    referrer: /, referer: (\S+)$/.exec(text.slice(-fieldChars))?.[1],
  });
  return { from, named };
}
