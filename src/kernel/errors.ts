/**
 * A refusal with a code that never changes meaning and is never reused; `words/errors.ts` says each in both languages.
 * Ranges: 10 command line, 11 configuration, 12 reaching the hub, 20 ledger, 30 access, 40 vantages, 50 notices, 60 pages.
 */
export const errorCodes = {
  KB1001: { exit: 64, status: 400 }, // wrong usage
  KB1002: { exit: 5, status: 404 }, // not found
  KB1003: { exit: 77, status: 409 }, // confirmation missing
  KB1004: { exit: 1, status: 500 }, // a fault of koboshi itself
  KB1005: { exit: 77, status: 409 }, // the file exists already
  KB1101: { exit: 65, status: 400 }, // configuration invalid
  KB1102: { exit: 65, status: 400 }, // configuration cannot be read
  KB1103: { exit: 65, status: 400 }, // a secret cannot be opened
  KB1104: { exit: 65, status: 400 }, // the change cannot be written into the configuration as it stands
  KB1105: { exit: 75, status: 409 }, // the configuration changed since it was read
  KB1106: { exit: 77, status: 409 }, // the configuration is kept in git, so it is not written here
  KB1107: { exit: 1, status: 500 }, // the configuration cannot be written
  KB1108: { exit: 65, status: 400 }, // the text has bullets where secrets were
  KB1109: { exit: 69, status: 502 }, // nothing could be found at the address
  KB1201: { exit: 69, status: 502 }, // no hub answers
  KB1202: { exit: 69, status: 502 }, // this machine has no network
  KB1203: { exit: 69, status: 500 }, // the address to listen on is taken or not allowed
  KB1301: { exit: 65, status: 400 }, // the file to import cannot be read
  KB1302: { exit: 65, status: 400 }, // the file to import is not what it is said to be
  KB1303: { exit: 65, status: 413 }, // the file to import is too large
  KB1304: { exit: 65, status: 400 }, // nothing in the file can be carried over
  KB1401: { exit: 65, status: 400 }, // an alert of the request is not usable
  KB1402: { exit: 65, status: 400 }, // the webhook is of another version
  KB1403: { exit: 65, status: 413 }, // too many alerts at once
  KB1404: { exit: 64, status: 400 }, // this is not in the configuration, so it is not probed
  KB1405: { exit: 75, status: 429 }, // too many probes at once
  KB1204: { exit: 77, status: 500 }, // the service cannot be installed here
  KB2001: { exit: 75, status: 409 }, // another hub holds the ledger
  KB2002: { exit: 65, status: 500 }, // the ledger file is damaged
  KB2003: { exit: 1, status: 507 }, // no space for the ledger
  KB2004: { exit: 65, status: 500 }, // the ledger is of a newer version
  KB2005: { exit: 77, status: 500 }, // the ledger's folder cannot be written
  KB2101: { exit: 1, status: 507 }, // no space for measurements
  KB2102: { exit: 75, status: 409 }, // another process has the measurements
  KB2103: { exit: 77, status: 500 }, // the measurements' folder cannot be written
  KB2104: { exit: 1, status: 500 }, // the measurements cannot be opened
  KB2201: { exit: 65, status: 400 }, // a log to report on cannot be read
  KB2202: { exit: 65, status: 400 }, // a log to report on is of no kind that can be
  KB2203: { exit: 65, status: 400 }, // logs of two kinds at once
  KB2204: { exit: 1, status: 500 }, // the report cannot be written
  KB2205: { exit: 65, status: 400 }, // the table of lines has no such column
  KB2210: { exit: 64, status: 400 }, // the condition on a field of a log line cannot be read
  KB2211: { exit: 64, status: 400 }, // a moment or cursor of a log search cannot be read
  KB3001: { exit: 77, status: 401 }, // no session or token
  KB3002: { exit: 77, status: 403 }, // not allowed here (proxy, host, origin)
  KB3003: { exit: 77, status: 410 }, // the link has expired or was replaced
  KB3004: { exit: 75, status: 429 }, // too many tries
  KB3005: { exit: 77, status: 500 }, // nobody can sign in yet, so only loopback may be listened on
  KB3006: { exit: 65, status: 400 }, // the password or name is not good enough
  KB3007: { exit: 77, status: 401 }, // name, password or code is wrong
  KB3008: { exit: 65, status: 409 }, // the name is taken
  KB3009: { exit: 77, status: 409 }, // the last administrator stays
  KB3010: { exit: 77, status: 403 }, // the password must be replaced first
  KB3011: { exit: 77, status: 403 }, // the role or scope does not reach this
  KB3012: { exit: 65, status: 500 }, // hub.tls: the certificate or its key cannot be used
  KB4001: { exit: 77, status: 403 }, // the join token is unknown, used or too old
  KB4002: { exit: 77, status: 403 }, // the report is not signed by this vantage
  KB4003: { exit: 75, status: 409 }, // the report's number was seen already
  KB4004: { exit: 77, status: 403 }, // the target is outside the vantage's own list
  KB4101: { exit: 65, status: 400 }, // a file of schedules cannot be read
  KB4102: { exit: 64, status: 400 }, // a moment on the command line cannot be read
  KB4201: { exit: 77, status: 409 }, // the fingerprint is not the one the host showed
  KB4202: { exit: 77, status: 403 }, // the token is not this host's agent's
  KB4203: { exit: 65, status: 400 }, // what the agent sent is not a reading
  KB4204: { exit: 64, status: 409 }, // the configuration does not let this host be read that way
  KB4205: { exit: 77, status: 409 }, // the host's key is written in the configuration
  KB4206: { exit: 65, status: 400 }, // the agent has no token
  KB4207: { exit: 64, status: 400 }, // the hub's address cannot be used
  KB4301: { exit: 65, status: 400 }, // a request of OpenTelemetry cannot be read
  KB4302: { exit: 65, status: 413 }, // a request of OpenTelemetry is too large
  KB4303: { exit: 65, status: 415 }, // a request of OpenTelemetry is of another kind
  KB4304: { exit: 75, status: 429 }, // too many requests of OpenTelemetry at once
  KB4305: { exit: 65, status: 400 }, // what a person reports lacks something
  KB4306: { exit: 75, status: 429 }, // too many reports by people
  KB4401: { exit: 77, status: 409 }, // the certificate is not the one the controller shows
  KB4413: { exit: 5, status: 404 }, // no confirmed cause of this incident to take back
  KB4412: { exit: 64, status: 409 }, // the incident has ended: nothing is left to diagnose
  KB4411: { exit: 5, status: 404 }, // no such cause in the catalogue
  KB4501: { exit: 65, status: 400 }, // a notice cannot be read from its file
  KB4502: { exit: 65, status: 409 }, // the times of a notice are not settled
  KB4503: { exit: 75, status: 409 }, // the notice was changed by its provider meanwhile
  KB5001: { exit: 1, status: 500 }, // nothing can send
  KB6001: { exit: 6, status: 500 }, // what was fetched back differs from what was published
  KB6002: { exit: 1, status: 502 }, // the page's host did not take the files
  KB7001: { exit: 75, status: 409 }, // the report was saved by someone else meanwhile
  KB7002: { exit: 69, status: 501 }, // no Chromium to print with
  KB7101: { exit: 64, status: 400 }, // a window for something that is not in the configuration
  KB7102: { exit: 64, status: 400 }, // a window without an end, or whose end makes no sense
  KB7103: { exit: 77, status: 409 }, // the window is not where this can be done
  KB7104: { exit: 77, status: 409 }, // a check that nobody may waive has not passed
  KB7201: { exit: 75, status: 409 }, // the repair is not as it was shown
  KB7202: { exit: 75, status: 409 }, // the repair was decided already
  KB7203: { exit: 77, status: 409 }, // the host allows no changes
  KB8301: { exit: 77, status: 409 }, // something is at the target, and no name was typed
  KB8302: { exit: 5, status: 404 }, // there is no committed copy of that time
  KB8303: { exit: 5, status: 404 }, // the copy does not hold what was asked for
  KB8304: { exit: 75, status: 409 }, // another restore into the same target is under way
  KB8305: { exit: 69, status: 502 }, // the repository to restore from cannot be read
  KB8306: { exit: 1, status: 507 }, // not enough room at the target
  KB8307: { exit: 77, status: 409 }, // nothing can be written at the target
  KB8308: { exit: 64, status: 400 }, // the backup is made by something koboshi does not restore with
  KB8309: { exit: 77, status: 400 }, // no password for the repository
  KB8310: { exit: 69, status: 502 }, // the database server of the target cannot be asked
  KB8311: { exit: 77, status: 409 }, // a restore waits for a yes
  KB8312: { exit: 77, status: 409 }, // the copy is in quarantine: a verification found it broken
  KB8401: { exit: 77, status: 409 }, // a drill is refused: its target could be production
  KB8402: { exit: 5, status: 404 }, // there is no committed copy to rehearse with
  KB8411: { exit: 65, status: 400 }, // a rebuild recipe cannot be read
  KB8412: { exit: 77, status: 409 }, // users or groups of the recipe clash with the target's
  KB8413: { exit: 77, status: 409 }, // the target is another system than the recipe's
  KB8414: { exit: 64, status: 400 }, // the folder to replay onto is no system
  KB8415: { exit: 1, status: 500 }, // a recipe cannot be written
  KB8417: { exit: 77, status: 409 }, // a replay needs the name of the machine typed
  KB8416: { exit: 69, status: 502 }, // the host of a recipe cannot be reached or is not trusted
  KB8201: { exit: 5, status: 404 }, // nothing of that name can be lost
  KB8202: { exit: 64, status: 400 }, // several things have that name
  KB8001: { exit: 75, status: 409 }, // another run of this backup is under way on the host
  KB8002: { exit: 77, status: 409 }, // the repository's password is wrong
  KB8003: { exit: 5, status: 404 }, // there is no repository
  KB8004: { exit: 75, status: 409 }, // someone else holds the repository locked
  KB8005: { exit: 69, status: 502 }, // the repository cannot be reached
  KB8006: { exit: 1, status: 507 }, // no space where the backup goes or is made
  KB8007: { exit: 3, status: 409 }, // the backup is incomplete
  KB8008: { exit: 1, status: 500 }, // the dump of a database failed
  KB8009: { exit: 1, status: 500 }, // the dump of a database is not whole
  KB8010: { exit: 1, status: 500 }, // the dump's texts are garbled
  KB8011: { exit: 1, status: 500 }, // the dump has other rows than the database
  KB8012: { exit: 75, status: 409 }, // the backup was interrupted
  KB8013: { exit: 1, status: 500 }, // a hook failed
  KB8014: { exit: 69, status: 500 }, // a program is missing on the host
  KB8015: { exit: 1, status: 500 }, // restic failed
  KB8016: { exit: 1, status: 500 }, // the database is damaged
  KB8017: { exit: 75, status: 500 }, // no progress for too long
  KB8018: { exit: 77, status: 403 }, // the storage refuses
  KB8019: { exit: 1, status: 500 }, // what was written is not in the repository
  KB8020: { exit: 65, status: 409 }, // this backup cannot be run
  KB8021: { exit: 69, status: 502 }, // the host cannot be worked on
  KB8022: { exit: 77, status: 409 }, // the host's key is not the pinned one
  KB8023: { exit: 5, status: 404 }, // there is no bucket
  KB8024: { exit: 69, status: 502 }, // the writer's clock is not the storage's
  KB8025: { exit: 77, status: 502 }, // the storage's certificate is not trusted
  KB8026: { exit: 65, status: 409 }, // the file of authorities for a storage cannot be read
  KB8501: { exit: 77, status: 409 }, // old copies are not removed: something speaks against it
  KB8502: { exit: 65, status: 409 }, // no maintainer's credential for the place
  KB8503: { exit: 69, status: 502 }, // a repository to take over cannot be read
  KB8504: { exit: 65, status: 409 }, // nothing suspicious was seen of that set
  KB9001: { exit: 75, status: 409 }, // the incident has moved on
} as const satisfies Record<`KB${number}`, { exit: number; status: number }>;
export type ErrorCode = keyof typeof errorCodes;

export class KoboshiError extends Error {
  readonly code: ErrorCode;
  /** parameters of the sentence, safe to show */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, facts: Readonly<Record<string, string | number>> = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(facts)}`, cause === undefined ? undefined : { cause });
    this.name = "KoboshiError";
    this.code = code;
    this.facts = facts;
  }
}

/** The text of anything thrown, for a log or a fact. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
