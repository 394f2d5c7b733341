import { defineFormat, present, type LogFields, type LogRecord } from "./format.ts";
import { readCommonLogTime } from "./moment.ts";

const afterTime = /^\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?(?:\s+(.*))?$/;
const request = /^([A-Z][A-Z_-]{0,19}) (.*?)(?: (HTTP\/[\d.]+))?$/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+|[\w-]+(?:\.[\w-]+)+)$/i;

/**
 * The access log of Apache, nginx and those who write like them: common, combined, with the virtual host in front, with more
 * fields behind. Source: Apache HTTP Server documentation, «Log Files», and nginx's ngx_http_log_module.
 */
export const access = defineFormat("access", (line, context) => {
  const bracket = line.indexOf(" [");
  if (bracket < 5 || bracket > 2_048) return null;
  const time = readCommonLogTime(line.slice(bracket + 2, bracket + 50), context);
  if (time === null) return null;
  const who = readWho(line.slice(0, bracket));
  const match = afterTime.exec(line.slice(bracket + 2 + time.length));
  if (who === null || match === null) return null;
  return recordOf({ atMs: time.atMs, who, match });
});

interface Who {
  readonly vhost: string | null;
  readonly client: string;
  readonly user: string;
}

/** `CLIENT IDENT USER`, or `VHOST CLIENT IDENT USER`; a user's name may hold spaces. */
function readWho(head: string): Who | null {
  const first = head.indexOf(" ");
  const second = head.indexOf(" ", first + 1);
  if (first < 0 || second < 0) return null;
  const third = head.indexOf(" ", second + 1);
  const client = head.slice(0, first);
  const next = head.slice(first + 1, second);
  // `-` for the ident is what nearly all write
  if (next === "-" || third < 0 || !address.test(next)) return { vhost: null, client, user: head.slice(second + 1) };
  return { vhost: client, client: next, user: head.slice(third + 1) };
}

interface Parts {
  readonly atMs: number;
  readonly who: Who;
  readonly match: RegExpExecArray;
}

function recordOf({ atMs, who, match }: Parts): LogRecord {
  const [, asked = "", status = "-", bytes = "-", referrer, userAgent, rest] = match;
  const [, method, url = asked, protocol] = request.exec(asked) ?? [];
  const fields: Record<string, string | number> = {};
  put(fields, "client", who.client);
  put(fields, "vhost", who.vhost);
  put(fields, "user", who.user);
  put(fields, "method", method);
  put(fields, "url", url);
  put(fields, "protocol", protocol);
  if (status !== "-") fields["status"] = Number(status);
  if (bytes !== "-") fields["bytes"] = Number(bytes);
  put(fields, "referrer", referrer);
  put(fields, "userAgent", userAgent);
  if (rest !== undefined) Object.assign(fields, present(moreFields(rest)));
  const severity = severityOfStatus(Number(status));
  return { atMs, severity, host: null, program: null, fields, message: `${asked} ${status}` };
}

function put(fields: Record<string, string | number>, name: string, text: string | null | undefined): void {
  if (text !== undefined && text !== null && text !== "" && text !== "-") fields[name] = text;
}

function severityOfStatus(status: number): number | null {
  if (Number.isNaN(status)) return null;
  if (status >= 500) return 3;
  return status >= 400 ? 4 : 6;
}

const more = /(?:([A-Za-z_][\w.-]*)[=:])?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g;

/** Named ones keep their name; of the others a number with a point is the time it took, the rest are numbered. */
function moreFields(rest: string): LogFields {
  const fields: Record<string, string | number> = {};
  let unnamed = 0;
  for (const [, name, quoted, bare] of rest.slice(0, 4_096).matchAll(more)) {
    const text = quoted ?? bare ?? "";
    const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
    if (name !== undefined) fields[name] = value;
    else if (/^\d+\.\d+$/.test(text) && fields["seconds"] === undefined) fields["seconds"] = value;
    else if (text !== "-") fields[`extra${++unnamed}`] = value;
    if (unnamed > 20) break;
  }
  return fields;
}
