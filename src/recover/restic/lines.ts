import type { Readable } from "node:stream";

/** A line longer than this is no message of restic's: even the one with 1,000 current files is shorter. */
const maxLineChars = 1_048_576;

/** One line of `--json` output; what is not JSON is text. */
export type ResticLine =
  | { readonly kind: "message"; readonly type: string; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: "text"; readonly text: string };

export function readLine(line: string): ResticLine {
  if (!line.startsWith("{")) return { kind: "text", text: line };
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    return { kind: "message", type: textField(fields, "message_type"), fields };
  } catch {
    return { kind: "text", text: line };
  }
}

/** Calls `take` with every whole line and with what is left at the end. Resolves when the stream is over. */
export function eachLine(stream: Readable, take: (line: string) => void): Promise<void> {
  let rest = "";
  let done = false;
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-maxLineChars);
    for (const line of lines) take(line);
  });
  return new Promise((resolve) => {
    const finish = (): void => {
      if (done) return;
      done = true;
      if (rest !== "") take(rest);
      resolve();
    };
    stream.once("end", finish).once("close", finish).once("error", finish);
  });
}

export function textField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

export function numberField(fields: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = fields[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
