import { err, ok, type Result } from "../../kernel/result.ts";
import type { Command, Running, Workplace } from "../workplace/workplace.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect } from "../workplace/run.ts";
import type { DumpTrouble } from "./engine.ts";

/** A conversation with a database whose transaction stays open between questions. */
export interface PsqlSession {
  /** @returns the rows' lines; an error ends the session */
  ask(sql: string): Promise<Result<readonly string[], DumpTrouble>>;
  close(): Promise<void>;
}

export interface PsqlLogin {
  /** `runuser …` before the program, when the server knows people by their account */
  readonly as: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const mark = "koboshi-end-of-answer";

/** psql, unaligned and without heads: what it prints between two marks is the answer. */
export function openPsql(workplace: Workplace, { as, env }: PsqlLogin, database: string): PsqlSession {
  const argv = [...as, "psql", "-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-d", database];
  const running = workplace.start({ argv, env } satisfies Command);
  return sessionOf(running);
}

function sessionOf(running: Running): PsqlSession {
  const errors = collect(running.stderr, 16_384);
  let lines: string[] = [];
  let rest = "";
  let answered: (() => void) | null = null;
  let over: { readonly code: number | null } | null = null;
  running.stdout.setEncoding("utf8");
  running.stdout.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      if (line === mark) answered?.();
      else lines.push(line);
    }
  });
  const leave = async (): Promise<void> => {
    const { code } = await running.ended;
    await errors.closed;
    over = { code };
    answered?.();
  };
  void leave();
  const failed = (code: number | null): DumpTrouble => ({
    reason: code === 127 || code === 126 ? "no-program" : "dump-failed",
    text: safeText(`psql: ${errors.text()}`, []),
  });
  return {
    async ask(sql) {
      if (over !== null) return err(failed(over.code));
      lines = [];
      const done = new Promise<void>((resolve) => (answered = resolve));
      running.stdin.write(`${sql};\n\\echo ${mark}\n`);
      await done;
      answered = null;
      const end = over as { readonly code: number | null } | null;
      return end === null ? ok(lines.filter((line) => line !== "")) : err(failed(end.code));
    },
    async close() {
      running.stdin.end();
      await running.ended;
    },
  };
}
