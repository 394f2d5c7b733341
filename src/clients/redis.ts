import type { Socket } from "node:net";
import { ok } from "../kernel/result.ts";
import { phases, stop, type Attempt, type Phase, type Step, type Stop } from "./attempt.ts";
import { converse, type Conversation } from "./replies.ts";

/** A reply that is one text, one number, or nothing. */
export type RedisReply = string | null;

export interface RedisSession {
  /** Sends one command, word by word. A refusal of the server's is a stop with a code of its own. */
  ask(words: readonly string[], phase?: Phase): Promise<Step<RedisReply>>;
}

/** Speaks RESP2 over a connected socket. Source: Redis documentation, «Redis serialization protocol». */
export function createRedisSession(attempt: Attempt, socket: Socket): RedisSession {
  const talk = converse(attempt, socket);
  return {
    async ask(words, phase = phases.talk) {
      talk.say(request(words));
      return hearReply(talk, phase);
    },
  };
}

function request(words: readonly string[]): string {
  const parts = words.map((word) => {
    const bytes = Buffer.from(word);
    return `$${bytes.length}\r\n${bytes.toString("latin1")}\r\n`;
  });
  return `*${words.length}\r\n${parts.join("")}`;
}

async function hearReply(talk: Conversation, phase: Phase): Promise<Step<RedisReply>> {
  const heard = await talk.hear(phase, replyEnd);
  if (!heard.ok) return heard;
  const text = Buffer.from(heard.value, "latin1").toString("utf8");
  const end = text.indexOf("\r\n");
  const first = text.slice(1, end);
  if (text.startsWith("+") || text.startsWith(":")) return ok(first);
  if (text.startsWith("$") && end > 0) return ok(first === "-1" ? null : text.slice(end + 2, -2));
  if (text.startsWith("-")) return refused(first);
  return stop("protocol", "not-redis", text.slice(0, 200));
}

/** Where the first reply ends; null when it is not there yet. What is no RESP ends at once. */
function replyEnd(text: string): number | null {
  if (text === "") return null;
  if (!/^[+:$-]/.test(text)) return text.length;
  const end = text.indexOf("\r\n");
  // a line of RESP is short
  if (end < 0) return text.length > 4_096 ? text.length : null;
  if (text[0] !== "$") return end + 2;
  const size = /^\$(-1|\d{1,9})$/.exec(text.slice(0, end))?.[1];
  if (size === undefined) return text.length;
  const whole = size === "-1" ? end + 2 : end + 2 + Number(size) + 2;
  return text.length >= whole ? whole : null;
}

/** First word of a refusal → what it means. Source: Redis documentation and server.c of Redis 7. */
const words: Readonly<Record<string, string>> = {
  NOAUTH: "password-required",
  WRONGPASS: "login-refused",
  NOPERM: "query-refused",
  LOADING: "loading",
  MISCONF: "writes-stopped",
  MASTERDOWN: "primary-lost",
  BUSY: "busy-script",
  DENIED: "protected-mode",
  OOM: "out-of-memory",
};
const sentences: readonly (readonly [RegExp, string])[] = [
  [/max number of clients/i, "too-many-connections"],
  [/invalid password|without any password configured|invalid username-password/i, "login-refused"],
  [/^ERR (?:unknown|wrong number|syntax)/i, "query-refused"],
];

function refused(line: string): { ok: false; error: Stop } {
  const [word = ""] = line.split(" ");
  const code = words[word] ?? sentences.find(([pattern]) => pattern.test(line))?.[1] ?? "server-error";
  return stop("application", code, line);
}

/** `INFO`'s lines as a table; sections are left out. */
export function readRedisInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\r\n").filter((line) => line.includes(":") && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}
