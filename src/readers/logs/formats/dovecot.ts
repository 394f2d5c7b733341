import { present, type LogFields } from "./format.ts";
import type { ProgramReader } from "./programs.ts";

const service =
  /^(imap|pop3|lmtp|lda|managesieve|submission|auth|auth-worker|imap-login|pop3-login|managesieve-login|submission-login|master|config|anvil|log|stats|indexer|indexer-worker)(?:\(([^)]*)\))?(?:<[^>]*>)*: (?:(Info|Warning|Error|Fatal|Panic|Debug): )?/;
const pair =
  /(?:^|[\s,(])(user|method|rip|lip|rport|lport|mpid|session|service|msgid|from|size|in|out|auth_failed)=(<[^>]*>|[^,\s)]*)/g;
const attempts = /\bauth failed, (\d+) attempts? in (\d+) secs?/;

/** What Dovecot's services say, with the prefix they put before their text. Source: Dovecot manual, «Logging», login_log_format. */
export const dovecot: ProgramReader = {
  id: "dovecot",
  isOf: (program) => program.startsWith("dovecot") || /^(?:imap|pop3|managesieve|submission)-login$/.test(program),
  fields(message) {
    const head = service.exec(message);
    const said = head === null ? message : message.slice(head[0].length);
    const failed = attempts.exec(said);
    return present({
      service: head?.[1],
      user: head?.[2]?.split(",")[0],
      level: head?.[3]?.toLowerCase(),
      event: eventOf(said),
      ...pairs(said),
      attempts: failed === null ? null : Number(failed[1]),
      seconds: failed === null ? null : Number(failed[2]),
    });
  },
};

function pairs(said: string): LogFields {
  const found: Record<string, string | number> = {};
  for (const [, key = "", written = ""] of said.matchAll(pair)) {
    const value = written.startsWith("<") ? written.slice(1, -1) : written;
    if (value === "") continue;
    found[key === "rip" ? "client" : key] = /^(?:rport|lport|mpid|size|in|out)$/.test(key) ? Number(value) : value;
  }
  return found;
}

function eventOf(said: string): string | null {
  if (said.startsWith("Login:")) return "login";
  if (/^(?:Aborted login|Disconnected)[^(]*\(auth failed|^Login aborted:.*auth_failed/.test(said))
    return "login-failed";
  if (/^(?:Disconnected|Logged out|Connection closed)/.test(said)) return "disconnect";
  return /: saved mail to /.test(said) ? "saved" : null;
}
