/** What one line says, in words every format shares. */
export interface LogRecord {
  /** Unix epoch, UTC; null: the line has no time of its own */
  readonly atMs: number | null;
  /** 0 emergency … 7 debug, as in RFC 5424; null: not said */
  readonly severity: number | null;
  readonly host: string | null;
  /** without the process id, which is the field `pid` */
  readonly program: string | null;
  readonly fields: LogFields;
  /** the line without what was taken out as time, host, program and severity */
  readonly message: string;
}

export type LogFields = Readonly<Record<string, string | number>>;

/** What a line leaves out and its place knows: the year, and the zone its clocks show. */
export interface LogContext {
  nowMs(): number;
  /** The moment of a wall time of the zone, both in milliseconds; a repeated hour is taken the first time. */
  utcOf(wallMs: number): number;
}

export interface LogFormat {
  /** never translated: `access`, `syslog`, `postgresql` … */
  readonly id: string;
  /** Never throws; null: the line is not of this format (often one that continues the line before). */
  parse(line: string, context: LogContext): LogRecord | null;
  /** As `parse`, but a line not of this format becomes a record without time, with the whole line as its message. */
  read(line: string, context: LogContext): LogRecord;
}

/** Longer lines are cut here before they are read. */
export const longestLineChars = 1_048_576;

/** A format from the function that reads its lines. */
export function defineFormat(id: string, parse: LogFormat["parse"]): LogFormat {
  const bounded: LogFormat["parse"] = (line, context) =>
    parse(line.length > longestLineChars ? line.slice(0, longestLineChars) : line, context);
  return { id, parse: bounded, read: (line, context) => bounded(line, context) ?? bareRecord(line) };
}

/** A line nothing is known of. */
export function bareRecord(line: string): LogRecord {
  const message = line.length > longestLineChars ? line.slice(0, longestLineChars) : line;
  return { atMs: null, severity: null, host: null, program: null, fields: {}, message };
}

/** A whole number as such, any other text as it is. */
export function numberLike(text: string | null | undefined): string | number | null {
  if (text === undefined || text === null) return null;
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Fields without the ones that are empty or a dash. */
export function present(fields: Readonly<Record<string, string | number | null | undefined>>): LogFields {
  const kept: Record<string, string | number> = {};
  // no inherited names: all come from literals
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && value !== null && value !== "" && value !== "-") kept[name] = value;
  }
  return kept;
}
