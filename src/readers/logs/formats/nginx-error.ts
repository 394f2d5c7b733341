import { defineFormat, present } from "./format.ts";
import { readIsoTime } from "./moment.ts";
import { severityOf } from "./severity.ts";

const after = /^ \[(\w+)\] (\d+)#(\d+): (?:\*(\d+) )?(.*)$/s;
const tail = /, (client|server|request|subrequest|upstream|host|referrer|login): ("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** What is named further on is left in the message. */
const fieldChars = 16_384;

/** nginx's error log. Source: its core, ngx_log_error_core and ngx_http_log_error_handler. */
export const nginxError = defineFormat("nginx-error", (line, context) => {
  if (line.charCodeAt(4) !== 47) return null;
  const time = readIsoTime(line, context);
  const match = time === null ? null : after.exec(line.slice(time.length));
  if (time === null || match === null) return null;
  const [, level = "", pid, tid, connection, text = ""] = match;
  const fields: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.slice(0, fieldChars).matchAll(tail))
    fields[name] = value.replaceAll(/^"|"$/g, "");
  const cut = text.search(/, client: /);
  return {
    atMs: time.atMs,
    severity: severityOf(level),
    host: null,
    program: null,
    fields: present({
      level,
      pid: Number(pid),
      tid: Number(tid),
      connection: connection === undefined ? null : Number(connection),
      ...fields,
    }),
    message: cut < 0 ? text : text.slice(0, cut),
  };
});
