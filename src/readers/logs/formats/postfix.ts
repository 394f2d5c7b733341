import { numberLike, present, type LogFields } from "./format.ts";
import type { ProgramReader } from "./programs.ts";

/** Short (hexadecimal) and long queue ids. Source: postconf(5), enable_long_queue_ids. */
const queueId =
  /^(NOQUEUE|[0-9A-F]{5,15}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]{6,15}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]{1,15}): /;
const pair =
  /(?:^|[\s;,])(orig_to|to|from|relay|delays?|dsn|size|nrcpt|message-id|resent-message-id|client|orig_client|orig_queue_id|sasl_method|sasl_username|sasl_sender|proto|helo|conn_use|uid|tls|status|ehlo|auth|mail|rcpt|data|quit|commands)=(<[^>]*>|[^\s,;]*)/g;
const peer = /^([^\s[\]]*)\[([^\]]+)\](?::(\d+|[\w-]+))?/;
/** `name[192.0.2.1]:25`, with either end missing; or an address in the words of anvil and dnsblog */
const someone = /(?:^|[\s<(])([\w.-]*)\[([0-9a-fA-F]*[.:][0-9a-fA-F.:]*)\](?::(\d+))?/;
const addressed = /^(?:statistics: .*\(\w+:|addr )([0-9a-fA-F]*[.:][0-9a-fA-F.:]*)/;
const stages = [
  /: (?:\w+: )?([A-Z]{3,8}(?: TO)?|CONNECT|END-OF-MESSAGE) from /,
  /\((?:in reply to|while) ([\w ]*?)(?: command)?\)/,
  /\b(?:after|while sending|while receiving) (?!the initial)([A-Z]{3,12}(?:-[A-Z]+)*(?: TO| FROM)?|end of data|\.)/,
];
const actions =
  /^(?:\w+: )?(milter-)?(reject_warning|reject|hold|discard|filter|redirect|warn|bcc|permit|prepend|replace|header-redirect)\b/;
/** Programs of which the other end is where mail goes to. */
const senders = /\/(?:smtp|lmtp|relay)$/;
const numbers: ReadonlySet<string> = new Set(["delay", "size", "nrcpt", "uid", "conn_use"]);
const names: Readonly<Record<string, string>> = {
  orig_to: "origTo",
  "message-id": "messageId",
  "resent-message-id": "resentMessageId",
  sasl_method: "saslMethod",
  sasl_username: "user",
  sasl_sender: "saslSender",
  orig_client: "origClient",
  orig_queue_id: "origQueueId",
  conn_use: "connectionUse",
};

/** What Postfix's daemons say. Source: their log lines, as the postfix sources write them. */
export const postfix: ProgramReader = {
  id: "postfix",
  isOf: (program) => program.startsWith("postfix") || program.startsWith("postscreen"),
  fields(message, program) {
    const id = queueId.exec(message)?.[1];
    const said = id === undefined ? message : message.slice(id.length + 2);
    return present({
      queueId: id,
      level: /^(info|warning|fatal|error|panic): /.exec(said)?.[1],
      ...pairs(said),
      ...statusOf(said),
      ...partner(said, senders.test(program)),
      ...refusal(said),
      ...event(said),
    });
  },
};

function pairs(said: string): LogFields {
  const found: Record<string, string | number> = {};
  const end = said.indexOf(" (");
  for (const [, key = "", written = ""] of said.slice(0, end < 0 ? undefined : end).matchAll(pair)) {
    const value = written.startsWith("<") ? written.slice(1, -1) : written;
    const name = names[key] ?? key;
    if (found[name] === undefined) found[name] = numbers.has(key) && value !== "" ? Number(value) : value;
  }
  return found;
}

function statusOf(said: string): LogFields {
  const match = /\bstatus=([\w-]+)(?: \((.*)\))?/s.exec(said);
  const reply = match?.[2] ?? / said: (.*) \(in reply to/s.exec(said)?.[1];
  return present({ status: match?.[1], reply });
}

/** The other end: of a delivery it stands in `relay`, else it is who was called or who connected. */
function partner(said: string, isSender: boolean): LogFields {
  const relay = /\brelay=([^,\s]+)/.exec(said)?.[1];
  const found = relay === undefined ? someone.exec(said) : peer.exec(relay);
  const [, name, address, port] = found ?? [];
  if (relay !== undefined || isSender) {
    return present({ relayName: name, relayAddress: address, relayPort: numberLike(port) });
  }
  return present({ clientName: name, client: address ?? addressed.exec(said)?.[1], clientPort: numberLike(port) });
}

function refusal(said: string): LogFields {
  const action = actions.exec(said);
  const reply = /: ([245]\d\d) (?:([245]\.\d{1,3}\.\d{1,3}) )?(.*?)(?:; |$)/.exec(said);
  return present({
    action: action === null ? null : `${action[1] ?? ""}${action[2]}`,
    replyCode: action === null || reply === null ? null : Number(reply[1]),
    dsn: action === null ? undefined : reply?.[2],
    reason: action === null ? null : reply?.[3],
  });
}

function event(said: string): LogFields {
  const kind =
    /^(connect from|disconnect from|lost connection|timeout|too many errors|Anonymous TLS|Trusted TLS|Untrusted TLS|Verified TLS|CONNECT from|DISCONNECT|HANGUP|PREGREET|PASS OLD|PASS NEW|WHITELISTED|ALLOWLISTED|BLACKLISTED|DENYLISTED|DNSBL|COMMAND TIME LIMIT|COMMAND COUNT LIMIT|COMMAND LENGTH LIMIT|COMMAND PIPELINING|NON-SMTP COMMAND|BARE NEWLINE|NOQUEUE|statistics|removed|expired|sender (?:non-delivery|delay) notification)/.exec(
      said,
    )?.[1];
  return present({ event: kind?.toLowerCase().replace(/ (?:from)$/, ""), stage: stageOf(said) });
}

/** How far the conversation was. */
function stageOf(said: string): string | undefined {
  for (const form of stages) {
    const stage = form.exec(said)?.[1];
    if (stage !== undefined) return stage;
  }
  return undefined;
}
