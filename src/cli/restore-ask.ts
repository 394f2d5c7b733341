import { createInterface } from "node:readline/promises";

/** Asks at the terminal. @returns null when nobody is there to answer */
export async function askPerson(question: string, signal: AbortSignal): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal });
  } catch (thrown) {
    if (signal.aborted) return null;
    throw thrown;
  } finally {
    terminal.close();
  }
}
