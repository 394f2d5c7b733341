import type { Client } from "ssh2";
import type { Clock } from "../kernel/clock.ts";
import type { Host, Site } from "../kernel/model/site.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { connectSsh, SshFailure, SshTarget } from "../clients/ssh.ts";
import { exchangeHere, exchangeOverSsh, type NoAnswer } from "./exchange.ts";

/** A way to change one machine, as the configuration stands. */
export type Way = { readonly by: "here" } | { readonly by: "ssh"; readonly target: SshTarget };

/** Which part of the file is missing for a machine to be changed. */
export type NoWay = "keys.act" | "user";

const ownNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * Only the key named for it may change a machine: the one for reading never does. This machine needs none, unless the file
 * says to go by SSH.
 */
export function wayTo(host: Host, pinnedKey: string | null): Result<Way, NoWay> {
  const address = host.address ?? host.key;
  const key = host.actKey ?? null;
  if (key === null) return ownNames.has(address) ? ok({ by: "here" }) : err("keys.act");
  if (host.user === null) return err("user");
  const target = { host: address, port: host.port, user: host.user, privateKey: key, hostKey: pinnedKey };
  return ok({ by: "ssh", target });
}

/** What an approval is bound to, besides the commands: another machine or another login is another repair. */
export function bindingOf(
  host: Host | null,
  pinnedKey: string | null,
): Readonly<Record<string, string | number | null>> {
  if (host === null) return { address: null, port: null, user: null, hostKey: null };
  return { address: host.address ?? host.key, port: host.port, user: host.user, hostKey: pinnedKey };
}

/** The key of a machine that is believed: what the file says, else what a person confirmed. */
export async function pinnedKeyOf(ledger: Ledger, host: Host): Promise<string | null> {
  if (host.hostKey !== null) return host.hostKey;
  return (await ledger.read.hosts()).find(({ key }) => key === host.key)?.pinnedKey ?? null;
}

export function hostOf(site: Site, key: string): Host | null {
  return site.hosts.get(key) ?? null;
}

export type NotReached =
  | (NoAnswer & { readonly isConnection: false })
  | {
      readonly wasSent: false;
      readonly reason: SshFailure["reason"];
      readonly seen: string;
      readonly isConnection: true;
    };

/** A machine that scripts are handed to, one at a time; a connection that was lost is made anew. */
export interface Reach {
  hand(script: string): Promise<Result<string, NotReached>>;
  close(): void;
}

export interface ReachDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly connect: typeof connectSsh;
}

/** The machine answers at once how a step stands; waiting for a claimed one takes 3 s, a slow disk some more. */
const answerMs = 30_000;

export function createReach(deps: ReachDeps, way: Way): Reach {
  const limits = { clock: deps.clock, signal: deps.signal, timeoutMs: answerMs };
  if (way.by === "here")
    return { hand: async (script) => named(await exchangeHere(script, limits)), close: () => undefined };
  const { target } = way;
  let held: Client | null = null;

  async function hand(script: string, isAgain = false): Promise<Result<string, NotReached>> {
    const wasHeld = held !== null;
    const opened = held === null ? await open(deps, target) : ok(held);
    if (!opened.ok) return err({ wasSent: false, isConnection: true, ...opened.error });
    const client = opened.value;
    if (!wasHeld) {
      client.once("close", () => {
        if (held === client) held = null;
      });
    }
    held = client;
    const answer = named(await exchangeOverSsh(client, script, limits));
    if (answer.ok) return answer;
    client.destroy();
    held = null;
    // an idle connection may have been ended long ago
    return wasHeld && !isAgain && !answer.error.wasSent && !deps.signal.aborted ? hand(script, true) : answer;
  }

  return {
    hand: (script) => hand(script),
    close() {
      held?.end();
      held = null;
    },
  };
}

function named(answer: Result<string, NoAnswer>): Result<string, NotReached> {
  return answer.ok ? answer : err({ ...answer.error, isConnection: false });
}

/** The usual ways first; an old server is asked again in its own. */
async function open({ clock, signal, connect }: ReachDeps, target: SshTarget): Promise<Result<Client, SshFailure>> {
  const first = await connect(target, { clock, signal });
  if (first.ok || first.error.reason !== "connection-failed" || !/no matching/i.test(first.error.seen)) return first;
  return connect({ ...target, oldAlgorithms: true }, { clock, signal });
}
