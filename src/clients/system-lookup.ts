import dns from "node:dns";
import { ok } from "../kernel/result.ts";
import { stop, type Step } from "./attempt.ts";

/** getaddrinfo holds a thread of a pool of four while it waits; two of them always stay free for files and hashes. */
const maxRunning = 2;
const waiting: (() => void)[] = [];
let running = 0;

/**
 * Asks the system's own resolver (getaddrinfo): search domains, nsswitch, mDNS. At most two at a time; the others wait.
 * @returns how to give it up: what is asked already is then heard by no one
 */
export function lookUpSystem(name: string, settle: (found: Step<readonly string[]>) => void): () => void {
  let wanted = true;
  const start = (): void => {
    if (!wanted) return next();
    running += 1;
    dns.lookup(name, { all: true }, (error, found) => {
      running -= 1;
      next();
      if (!wanted) return;
      if (error === null) settle(ok(found.map(({ address }) => address)));
      else settle(stop("dns", systemCode(error), error.message));
    });
  };
  if (running < maxRunning) start();
  else waiting.push(start);
  return () => {
    wanted = false;
  };
}

function next(): void {
  waiting.shift()?.();
}

function systemCode(error: NodeJS.ErrnoException): string {
  return error.code === "EAI_AGAIN" ? "name-server-failed" : "name-not-found";
}
