import { defineFormat, present, type LogContext, type LogFields, type LogRecord } from "./format.ts";
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
  return recordOf({ atMs: time.atMs, who, match, context });
});

interface Who {
  readonly vhost: string | null;
  readonly client: string;
  readonly user: string;
}

function readWho(head: string): Who | null {
  const words = head.split(" ");
  const [first = "", second = ""] = words;
  if (words.length < 3) return null;
  if (words.length >= 4 && address.test(second))
    return { vhost: first, client: second, user: words.slice(3).join(" ") };
  return { vhost: null, client: first, user: words.slice(2).join(" ") };
}

interface Parts {
  readonly atMs: number;
  readonly who: Who;
  readonly match: RegExpExecArray;
  readonly context: LogContext;
}

function recordOf({ atMs, who, match }: Parts): LogRecord {
  const [, asked = "", status = "-", bytes = "-", referrer, userAgent, rest = ""] = match;
  const [, method, url, protocol] = request.exec(asked) ?? [];
  return {
    atMs,
    severity: severityOfStatus(Number(status)),
    host: null,
    program: null,
    fields: present({
      client: who.client,
      vhost: who.vhost,
      user: who.user,
      method,
      url: url ?? asked,
      protocol,
      status: status === "-" ? null : Number(status),
      bytes: bytes === "-" ? null : Number(bytes),
      referrer,
      userAgent,
      ...moreFields(rest),
    }),
    message: `${asked} ${status}`,
  };
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
