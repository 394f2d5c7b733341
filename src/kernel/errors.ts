/**
 * A refusal with a code that never changes meaning and is never reused; `words/errors.ts` says each in both languages.
 * Ranges: 10 command line, 11 configuration, 12 reaching the hub, 20 ledger, 30 access, 40 vantages, 50 notices, 60 pages.
 */
export const errorCodes = {
  KB1001: { exit: 64, status: 400 }, // wrong usage
  KB1002: { exit: 5, status: 404 }, // not found
  KB1003: { exit: 77, status: 409 }, // confirmation missing
  KB1004: { exit: 1, status: 500 }, // a fault of koboshi itself
  KB1101: { exit: 65, status: 400 }, // configuration invalid
  KB1102: { exit: 65, status: 400 }, // configuration cannot be read
  KB1103: { exit: 65, status: 400 }, // a secret cannot be opened
  KB1201: { exit: 69, status: 502 }, // no hub answers
  KB1202: { exit: 69, status: 502 }, // this machine has no network
  KB1203: { exit: 69, status: 500 }, // the address to listen on is taken or not allowed
  KB2001: { exit: 75, status: 409 }, // another hub holds the ledger
  KB2002: { exit: 65, status: 500 }, // the ledger file is damaged
  KB2003: { exit: 1, status: 507 }, // no space for the ledger
  KB2004: { exit: 65, status: 500 }, // the ledger is of a newer version
  KB2005: { exit: 77, status: 500 }, // the ledger's folder cannot be written
  KB3001: { exit: 77, status: 401 }, // no session or token
  KB3002: { exit: 77, status: 403 }, // not allowed here (proxy, host, origin)
  KB3003: { exit: 77, status: 410 }, // the link has expired or was replaced
  KB3004: { exit: 75, status: 429 }, // too many tries
  KB4001: { exit: 77, status: 403 }, // the join token is unknown, used or too old
  KB4002: { exit: 77, status: 403 }, // the report is not signed by this vantage
  KB4003: { exit: 75, status: 409 }, // the report's number was seen already
  KB4004: { exit: 77, status: 403 }, // the target is outside the vantage's own list
  KB5001: { exit: 1, status: 500 }, // nothing can send
  KB6001: { exit: 6, status: 500 }, // what was fetched back differs from what was published
  KB6002: { exit: 1, status: 502 }, // the page's host did not take the files
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
