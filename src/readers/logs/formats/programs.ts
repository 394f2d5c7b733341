import { auth } from "./auth.ts";
import { dovecot } from "./dovecot.ts";
import type { LogFields } from "./format.ts";
import { postfix } from "./postfix.ts";
import { leadingSeverity } from "./severity.ts";

/** A program that logs through syslog or the journal, whose words we know. */
export interface ProgramReader {
  readonly id: string;
  isOf(program: string): boolean;
  /** Fields of one message; none when it says nothing we know. */
  fields(message: string, program: string): LogFields;
}

/** Every program whose messages are read, beside the header that syslog and the journal give. */
export const programReaders: readonly ProgramReader[] = [postfix, dovecot, auth];

/** Longer messages are read up to here for their fields. */
const longestMessageChars = 16_384;
const none: LogFields = {};

export function programFields(program: string | null, message: string): LogFields {
  if (program === null) return none;
  const reader = programReaders.find((one) => one.isOf(program));
  return reader === undefined ? none : reader.fields(message.slice(0, longestMessageChars), program);
}

/** What a message without a priority says of its own severity (`error: …`, `warning: …`); null: nothing. */
export function programSeverity(program: string | null, message: string): number | null {
  if (program === "kernel" && /^(?:\[[ \d.]+\] )?(?:BUG:|Oops|Kernel panic)/.test(message)) return 2;
  const bracket = message.startsWith("[") ? message.indexOf("] ") + 1 : 0;
  const said = leadingSeverity(message.slice(Math.max(0, bracket)).trimStart());
  return said?.severity ?? null;
}
