import { clientMarks, type AccessTally } from "./access-tally.ts";
import { keyText, markOf } from "./byte-table.ts";

/** Why a client stands out. Each is a count anyone can check in the log. */
export type SuspectReason = "probes" | "logins" | "denied" | "not-found" | "flood";

export interface Suspect {
  readonly client: string;
  readonly requests: number;
  readonly reasons: readonly { readonly reason: SuspectReason; readonly count: number }[];
}

/** requests nobody makes by chance */
const leastProbes = 3;
/** attempts to sign in, or refusals */
const leastAttempts = 20;
const leastNotFound = 50;
const leastFlood = 1_000;
const floodShare = 0.2;
const mostSuspects = 20;

/** Clients that look for holes, try passwords, ask for what is not there, or send a fifth of all requests. */
export function suspectsOf({ clients, lines }: AccessTally): readonly Suspect[] {
  const found: (Suspect & { readonly weight: number })[] = [];
  for (let id = 0; id < clients.size; id++) {
    const requests = clients.counts[id] ?? 0;
    const count = (mark: number): number => markOf(clients, id, mark);
    const notFound = count(clientMarks.notFound);
    const candidates: readonly (readonly [SuspectReason, number, boolean])[] = [
      ["probes", count(clientMarks.probes), count(clientMarks.probes) >= leastProbes],
      ["logins", count(clientMarks.logins), count(clientMarks.logins) >= leastAttempts],
      ["denied", count(clientMarks.denied), count(clientMarks.denied) >= leastAttempts],
      ["not-found", notFound, notFound >= leastNotFound && notFound * 2 >= requests],
      ["flood", requests, requests >= leastFlood && requests >= lines * floodShare],
    ];
    const reasons = candidates.filter(([, , isTrue]) => isTrue).map(([reason, times]) => ({ reason, count: times }));
    if (reasons.length === 0) continue;
    const weight = reasons.reduce((sum, { reason, count: times }) => sum + times * (reason === "probes" ? 5 : 1), 0);
    found.push({ client: keyText(clients, id), requests, reasons, weight });
  }
  return found
    .toSorted((a, b) => b.weight - a.weight || (a.client < b.client ? -1 : 1))
    .slice(0, mostSuspects)
    .map(({ client, requests, reasons }) => ({ client, requests, reasons }));
}
