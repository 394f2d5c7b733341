import { blind, stop, type Step, type Stop } from "./attempt.ts";

/** A database's answer: texts as its own shell would print them. */
export interface Answer {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Logged in. One statement at a time. */
export interface DatabaseSession {
  ask(sql: string): Promise<Step<Answer>>;
  /** says goodbye without waiting for an answer */
  quit(): void;
}

/** A column of the first row by its name, in any case; null when there is no row or no such column. */
export function firstValue({ names, rows }: Answer, ...wanted: readonly string[]): string | null {
  const place = names.findIndex((name) => wanted.some((one) => one.toLowerCase() === name.toLowerCase()));
  return rows[0]?.[place] ?? null;
}

/** A refusal in the database's own words. A query that would write is our own mistake, not the database's. */
export function answered(code: string, text: string): Stop {
  return (code === "query-writes" ? blind : stop)("application", code, text).error;
}
