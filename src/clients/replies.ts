import type { Socket } from "node:net";
import { err, ok } from "../kernel/result.ts";
import { stop, type Attempt, type Phase, type Step } from "./attempt.ts";
import { closedStop } from "./net-error.ts";

const maxBytes = 65_536;

/** Hearing and answering a server that speaks in text. */
export interface Conversation {
  /**
   * Reads until `complete` knows where the text so far is whole, the server closes, or it is too much. The text up to
   * there is the value; what came after it is kept for the next reading.
   */
  hear(phase: Phase, complete: (text: string) => number | null): Promise<Step<string>>;
  say(text: string): void;
  /** Text that came and was not asked for yet. */
  pending(): string;
  /** Stops reading, so that something else may take the socket over. */
  leave(): void;
}

/** A conversation in text over a connected socket; bytes are taken one per character (latin1). */
export function converse(attempt: Attempt, socket: Socket): Conversation {
  let text = "";
  let ended: Error | "closed" | null = null;
  let wake: (() => void) | null = null;
  const onData = (chunk: Buffer): void => {
    if (text.length < maxBytes) text += chunk.toString("latin1");
    wake?.();
  };
  const onEnd = (): void => {
    ended ??= "closed";
    wake?.();
  };
  const onError = (error: Error): void => {
    ended = error;
    wake?.();
  };
  socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError);

  function hear(phase: Phase, complete: (text: string) => number | null): Promise<Step<string>> {
    return attempt.phase(phase, (settle) => {
      const look = (): void => {
        const length = complete(text);
        if (length !== null) {
          const heard = text.slice(0, length);
          text = text.slice(length);
          done(ok(heard));
        } else if (text.length >= maxBytes)
          done(stop(phase.layer, "too-long", `${maxBytes} bytes without an end: ${text.slice(0, 200)}`));
        else if (ended !== null) done(err(closedStop(phase.layer, ended === "closed" ? closedAfter(text) : ended)));
      };
      const done = (step: Step<string>): void => {
        wake = null;
        settle(step);
      };
      wake = look;
      look();
      return () => {
        wake = null;
      };
    });
  }

  return {
    hear,
    say: (line) => void socket.write(line, "latin1"),
    pending: () => text,
    leave() {
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError);
    },
  };
}

function closedAfter(text: string): Error {
  return new Error(text === "" ? "closed without a word" : `closed after saying: ${text.slice(0, 1_000)}`);
}
