import { KoboshiError, type ErrorCode } from "../../kernel/errors.ts";
import type { RunState } from "../../kernel/model/backup.ts";
import type { DumpTrouble } from "../dump/engine.ts";
import type { ResticEnd, ResticOutcome } from "../restic/outcome.ts";

/** Why a run ended as it did. */
export interface RunTrouble {
  readonly code: ErrorCode;
  readonly text: string;
  readonly state: Extract<RunState, "failed" | "partial" | "interrupted">;
}

const ofRestic: Readonly<Record<Exclude<ResticEnd, "ok">, ErrorCode>> = {
  incomplete: "KB8007",
  "no-repository": "KB8003",
  "no-bucket": "KB8023",
  locked: "KB8004",
  "wrong-password": "KB8002",
  "no-space": "KB8006",
  refused: "KB8018",
  unreachable: "KB8005",
  untrusted: "KB8025",
  "clock-skew": "KB8024",
  interrupted: "KB8012",
  "no-program": "KB8014",
  timeout: "KB8012",
  failed: "KB8015",
};

export function resticTrouble(outcome: ResticOutcome): RunTrouble {
  const code = outcome.end === "ok" ? "KB8015" : ofRestic[outcome.end];
  const text =
    outcome.end === "no-program" ? "restic" : outcome.text === "" ? `exit ${outcome.code ?? "—"}` : outcome.text;
  return { code, text, state: code === "KB8012" ? "interrupted" : code === "KB8007" ? "partial" : "failed" };
}

const ofDump: Readonly<Record<DumpTrouble["reason"], ErrorCode>> = {
  "no-program": "KB8014",
  "dump-failed": "KB8008",
  "dump-incomplete": "KB8009",
  "rows-differ": "KB8011",
  "question-marks": "KB8010",
  charset: "KB8010",
  damaged: "KB8016",
  "no-space": "KB8006",
  stalled: "KB8017",
  stopped: "KB8012",
};

export function dumpTrouble(of: string, { reason, text }: DumpTrouble): RunTrouble {
  const code = ofDump[reason];
  return { code, text: `${of}: ${text}`, state: reason === "stopped" ? "interrupted" : "failed" };
}

export function troubleOf(code: ErrorCode, text: string): RunTrouble {
  return { code, text, state: code === "KB8012" ? "interrupted" : code === "KB8007" ? "partial" : "failed" };
}

/** A refusal on the way to a repository, as it is kept with a run. @throws everything that is no refusal */
export function refusalTrouble(thrown: unknown): RunTrouble {
  if (!(thrown instanceof KoboshiError)) throw thrown;
  return troubleOf(thrown.code, String(thrown.facts["text"] ?? thrown.code));
}
