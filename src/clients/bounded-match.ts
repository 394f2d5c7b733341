import vm from "node:vm";

/** A pattern that needs longer on 1 MB backtracks without end. */
const limitMs = 100;
const flags = "mu";

/** Whether `pattern` is a regular expression (multi-line, Unicode). */
export function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

const script = new vm.Script(`new RegExp(pattern, "${flags}").test(text)`);
const input: { pattern: string; text: string } = Object.assign(Object.create(null), { pattern: "", text: "" });
let context: vm.Context | null = null;

/**
 * Tests a pattern against foreign text for at most 100 ms, whatever the pattern: the engine is interrupted, where a plain
 * `test` could hold the process for hours.
 */
export function matchesWithin(pattern: string, text: string): boolean | "too-slow" {
  context ??= vm.createContext(input);
  Object.assign(input, { pattern, text });
  try {
    return script.runInContext(context, { timeout: limitMs }) === true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return "too-slow";
    throw thrown;
  } finally {
    Object.assign(input, { pattern: "", text: "" });
  }
}
