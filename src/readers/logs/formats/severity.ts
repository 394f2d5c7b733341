const words: Readonly<Record<string, number>> = {
  emerg: 0,
  emergency: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  critical: 2,
  fatal: 2,
  severe: 2,
  dpanic: 2,
  err: 3,
  error: 3,
  failure: 3,
  warn: 4,
  warning: 4,
  notice: 5,
  info: 6,
  information: 6,
  informational: 6,
  config: 6,
  log: 6,
  hint: 6,
  detail: 6,
  statement: 6,
  note: 6,
  system: 5,
  debug: 7,
  fine: 7,
  finer: 7,
  finest: 7,
  trace: 7,
  verbose: 7,
};

/** 0 emergency … 7 debug, from a level word as programs write it (`WARN`, `debug2`, `trace1`); null: not one. */
export function severityOf(word: string): number | null {
  return words[word.toLowerCase().replace(/\d+$/, "")] ?? null;
}

const leading =
  /^\W{0,3}(emerg(?:ency)?|alert|crit(?:ical)?|fatal|severe|err(?:or)?|warn(?:ing)?|notice|info|debug\d?|trace\d?)\b/i;

/** The level word a text begins with, behind at most three marks; null: it begins otherwise. */
export function leadingSeverity(text: string): { severity: number; length: number } | null {
  const match = leading.exec(text.slice(0, 24));
  const severity = match === null ? null : severityOf(match[1] ?? "");
  return severity === null ? null : { severity, length: match?.[0].length ?? 0 };
}
