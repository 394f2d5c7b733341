import { present, type LogFields } from "./format.ts";
import type { ProgramReader } from "./programs.ts";

const programs: ReadonlySet<string> = new Set([
  "sshd",
  "sshd-session",
  "sshd-auth",
  "sudo",
  "su",
  "login",
  "CRON",
  "cron",
  "crond",
]);
const attempt = /^(Accepted|Failed|Postponed) (\S+) for (?:(invalid|illegal) user )?(.*?) from (\S+)(?: port (\d+))?/;
const pam = /^(?:PAM )?pam_(\w+)\((\S+?)\): (authentication failure|session (opened|closed)|check pass)/;

interface Phrase {
  readonly event: string;
  readonly words: RegExp;
}

/** Phrases with the names of what they carry. */
const phrases: readonly Phrase[] = [
  {
    event: "invalid-user",
    words: /^(?:Invalid|Illegal) user (?<user>.*?) ?from (?<client>\S+)(?: port (?<port>\d+))?/,
  },
  { event: "login-failed", words: /^(?:error: )?PAM: .*?for (?:illegal user )?(?<user>.*?) from (?<client>\S+)/ },
  { event: "refused", words: /^User (?<user>.+?) (?:from (?<client>\S+) )?not allowed because/ },
  { event: "refused", words: /^(?:ROOT LOGIN REFUSED|refused connect) (?:FROM|from) (?:\S+ \()?(?<client>[^\s)]+)/ },
  {
    event: "attempts-exceeded",
    words:
      /maximum authentication attempts exceeded for (?:invalid user )?(?<user>.*?) from (?<client>\S+)(?: port (?<port>\d+))?/,
  },
  {
    event: "break-in-attempt",
    words: /(?:for|Address) (?:.*?\[)?(?<client>[0-9a-fA-F.:]{7,45})\]?.*POSSIBLE BREAK-IN ATTEMPT/,
  },
  {
    event: "closed",
    words:
      /^(?:Connection (?:closed|reset)|Disconnected|Received disconnect|Disconnecting)(?: (?:by|from))? (?:(?:invalid|authenticating) user (?<user>\S*) )?(?<client>[0-9a-fA-F.:]+)(?: port (?<port>\d+))?/,
  },
  {
    event: "no-identification",
    words: /^Did not receive identification string from (?<client>\S+)(?: port (?<port>\d+))?/,
  },
  {
    event: "bad-protocol",
    words:
      /^(?:Bad protocol version identification|banner exchange|Unable to negotiate with|kex_exchange_identification).*?(?<client>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)(?: port (?<port>\d+))?/,
  },
];

/** sshd, sudo, su and the PAM modules behind them. Source: OpenSSH's and sudo's own sources. */
export const auth: ProgramReader = {
  id: "auth",
  isOf: (program) => programs.has(program) || program.includes("(pam_unix)"),
  fields(message, program) {
    if (program === "sudo" && message.includes("COMMAND=")) return sudoFields(message);
    return { ...pamFields(message), ...loginFields(message) };
  },
};

function loginFields(message: string): LogFields {
  const match = attempt.exec(message);
  if (match !== null) {
    const [, word = "", method, invalid, user, client, port] = match;
    const event = { Accepted: "login", Failed: "login-failed", Postponed: "login-postponed" }[word];
    return present({
      event,
      method,
      user,
      client,
      port: numberOf(port),
      invalidUser: invalid === undefined ? null : 1,
    });
  }
  for (const { event, words } of phrases) {
    const groups = words.exec(message)?.groups;
    if (groups !== undefined) {
      return present({ event, user: groups["user"], client: groups["client"], port: numberOf(groups["port"]) });
    }
  }
  return {};
}

function pamFields(message: string): LogFields {
  const match = pam.exec(message);
  const isFailure = message.includes("authentication failure;");
  if (match === null && !isFailure) return {};
  const session = match?.[4];
  const failed = isFailure ? "login-failed" : null;
  return present({
    event: session === undefined ? failed : `session-${session}`,
    service: match?.[2]?.split(":")[0],
    user: /(?:\bfor user | user=)(\S+)/.exec(message)?.[1],
    client: /\brhost=(\S+)/.exec(message)?.[1],
    tty: /\btty=(\S+)/.exec(message)?.[1],
  });
}

/** `ec2-user : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/tail` */
function sudoFields(message: string): LogFields {
  const user = /^\s*(\S+) : /.exec(message)?.[1];
  const refused = / : (command not allowed|user NOT in sudoers|\d+ incorrect password attempts?) ;/.exec(message)?.[1];
  return present({
    event: refused === undefined ? "sudo" : "sudo-refused",
    user,
    reason: refused,
    tty: /\bTTY=(\S+)/.exec(message)?.[1],
    cwd: /\bPWD=(.*?) ;/.exec(message)?.[1],
    runAs: /\bUSER=(\S+)/.exec(message)?.[1],
    command: /\bCOMMAND=(.*)$/s.exec(message)?.[1],
  });
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
