import { bareRecord, defineFormat, type LogContext } from "./format.ts";
import { readCommonLogTime, readIsoTime, readMonthTime, type ReadTime } from "./moment.ts";
import { leadingSeverity } from "./severity.ts";

/** Any line that begins with a time, in brackets or not; a level word right behind it is taken as such. */
export const timed = defineFormat("timed", (line, context) => {
  const open = line.startsWith("[") ? 1 : 0;
  const time = leadingTime(line.slice(open, open + 64), context);
  if (time === null) return null;
  const rest = line.slice(open + time.length).replace(/^[\]:,]?[ \t:|-]*/, "");
  const level = leadingSeverity(rest);
  return {
    atMs: time.atMs,
    severity: level?.severity ?? null,
    host: null,
    program: null,
    fields: {},
    message: level === null ? rest : rest.slice(level.length).replace(/^[\]:|]*[ \t-]*/, ""),
  };
});

function leadingTime(text: string, context: LogContext): ReadTime | null {
  return readIsoTime(text, context) ?? readMonthTime(text, context) ?? readCommonLogTime(text, context);
}

/** Lines of which nothing is known but their text. */
export const plain = defineFormat("plain", (line) => {
  const level = leadingSeverity(line);
  return { ...bareRecord(line), severity: level?.severity ?? null };
});
