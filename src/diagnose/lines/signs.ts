import type { LogEntry } from "../../kernel/ports-logs.ts";

/** Lines that mean one thing, whoever wrote them. Sources: the programs' own message catalogues. */
const crash =
  /exit signal (?:Segmentation|Aborted|Bus|Illegal)|exited on signal (?:4|6|7|8|11)\b|\bPHP (?:Fatal|Parse) error(?!: +Maximum execution time)|\bFatal error: (?! ?Maximum execution time)|\bUncaught\b|\bSQLSTATE\[|\bTraceback \(most recent call last\)|\bOutOfMemoryError\b|\bsegfault at\b|terminated by signal 1?[16]\b|^panic: |\bException in thread\b/m;
const configuration =
  /Syntax error on line \d|Invalid command '|configuration file \S+ test failed|\[emerg\] .* in \/\S+:\d+|AH00526|AH00013|AH00014/;
/** A file that may not be read is an error of the settings only where the settings themselves are read. */
const configurationDenied = /(?:could not open configuration|\.conf\b).*Permission denied/i;
const workers =
  /\bAH00484\b|\bAH00161\b|\bAH00286\b|\bAH00288\b|\bAH10159\b|server reached (?:MaxRequestWorkers|pm\.max_children|max_children)|\bworker_connections are not enough/;
const corrupt =
  /is marked as crashed|\bcorrupt|\bPANIC: |invalid page in block|could not read block|InnoDB: Database page corruption|Table .* doesn't exist in engine|Incorrect key file/i;
const recovering =
  /crash recovery|automatic recovery in progress|was interrupted; last known up at|was not properly shut down|Starting recovery from|Recovering after a crash|redo starts at/i;

/** As Tomcat, uWSGI, Passenger, Java's executors and programs with a pool of their own write it. */
const pools =
  /\b[Aa]ll (?:\w+ )?(?:\(?\d+\)? )?(?:worker|thread|process|children|slot|handler)\w* (?:\(\d+\) )?(?:are |is )?(?:currently |now )?(?:busy|in use)|listen queue of socket .{1,200} full|[Rr]equest queue (?:is )?full|\bthread ?pool (?:is )?(?:exhausted|full)|\bRejectedExecutionException\b|Maximum number of threads \(\d+\) created/;

/** ENOSPC and EDQUOT, as the C library and the languages write them: no bytes are left, or no inodes. */
const noSpace = /No space left on device|\bENOSPC\b|Disk quota exceeded|\bdisk (?:is )?full\b/i;

export type Sign = "crash" | "configuration" | "workers" | "corrupt" | "recovering" | "no-space";

const forms: Readonly<Record<Sign, readonly RegExp[]>> = {
  crash: [crash],
  configuration: [configuration, configurationDenied],
  workers: [workers, pools],
  corrupt: [corrupt],
  recovering: [recovering],
  "no-space": [noSpace],
};

export function showing(entries: readonly LogEntry[], sign: Sign): readonly LogEntry[] {
  return entries.filter(({ text }) => forms[sign].some((form) => form.test(text)));
}

/** What a mail log shows of deliveries and logins that fail. */
export type MailSign = "temp" | "auth" | "quota" | "nospace" | "block";

const mailForms: Readonly<Record<MailSign, RegExp>> = {
  // RFC 3463: X.2.2 is one mailbox that is full, X.3.1 the system that has no room
  quota: /Quota exceeded|mailbox (?:is )?full|over ?quota|\b[45]\.2\.2\b/i,
  nospace: /Insufficient system storage|No space left|\b[45]\.3\.1\b/i,
  block: /\b5\.7\.\d{1,3}\b|\bblocked\b|\bblacklist|\bblocklist|Spamhaus|\bRBL\b|DNSBL/i,
  auth: /authentication failed|auth failed|SASL \w+ authentication failed|auth: .*(?:password mismatch|unknown user)|Login aborted.*auth/i,
  temp: /\bstatus=deferred\b|\b4\.\d\.\d+\b.*(?:try again|temporar)/i,
};
/** A server that turns others away is not turned away itself. */
const ours = /^NOQUEUE: reject|: NOQUEUE: reject|milter-reject/;

/** The first that fits: a delivery that was put off for want of space is told as that. */
export function mailSignOf({ text }: LogEntry): MailSign | null {
  if (mailForms.nospace.test(text)) return "nospace";
  if (mailForms.quota.test(text)) return "quota";
  if (mailForms.block.test(text) && /status=(?:bounced|deferred)|\bsaid: [45]\d\d/.test(text) && !ours.test(text))
    return "block";
  if (mailForms.auth.test(text)) return "auth";
  return mailForms.temp.test(text) ? "temp" : null;
}

const rawBytes = 2_048;

/** The first lines as they came, at most 2 KB; what visitors wrote into an address is left out. */
export function excerpt(entries: readonly { readonly text: string }[]): string {
  let text = "";
  for (const entry of entries) {
    const line = entry.text.slice(0, 500).replaceAll(/([?&][\w.[\]-]{1,80}=)[^&\s"',]+/g, "$1…");
    if (Buffer.byteLength(text) + Buffer.byteLength(line) + 1 > rawBytes) break;
    text += `${line}\n`;
  }
  return text.trimEnd();
}
