import type { Client } from "ssh2";
import { readOverSsh, type HostLookAnswer, type HostLookFailure, type HostOrder } from "../../clients/host-look.ts";
import { safeText } from "../../clients/safe-text.ts";
import { connectSsh, type SshFailure, type SshTarget } from "../../clients/ssh.ts";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { HostSilence } from "../../kernel/ports-hosts.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { silenceOf, stoppedByUs, type Silent } from "./silence.ts";

/** One look: as whom, at which parts, for how long. */
export interface Order {
  readonly target: SshTarget;
  readonly sections: readonly string[];
  readonly deadlineMs: number;
  /** another script than the look's own; it answers in the same frame */
  readonly run?: HostOrder;
}

export interface Ran extends HostLookAnswer {
  readonly oldAlgorithms: boolean;
}

/** A connection that is kept from one round to the next; whatever fails, the next round begins with a new one. */
export interface HostLine {
  /** One at a time: a server may allow a single session. */
  run(order: Order): Promise<Result<Ran, Silent>>;
  /** For good; a look under way ends. */
  close(): void;
}

export interface LineDeps {
  readonly clock: Clock;
  readonly connect: typeof connectSsh;
}

interface Held {
  readonly client: Client;
  /** of whom and as whom, to notice a changed configuration */
  readonly target: SshTarget;
}

export function createLine({ clock, connect }: LineDeps): HostLine {
  let held: Held | null = null;
  const stopping = new AbortController();

  function drop(): void {
    held?.client.destroy();
    held = null;
  }

  /** The usual ways first; an old server is asked again in its own. */
  async function open(target: SshTarget): Promise<Result<Held, SshFailure>> {
    const limits = { clock, signal: stopping.signal };
    let connected = await connect(target, limits);
    let used = target;
    if (!connected.ok && silenceOf(connected.error).reason === "old-server") {
      used = { ...target, oldAlgorithms: true };
      connected = await connect(used, limits);
    }
    if (!connected.ok) return connected;
    const client = connected.value;
    const mine: Held = { client, target: used };
    client.once("close", () => {
      if (held === mine) held = null;
    });
    held = mine;
    return ok(mine);
  }

  async function once(order: Order): Promise<Result<Ran, Silent>> {
    const opened = held === null ? await open(order.target) : ok(held);
    if (!opened.ok) return err(silenceOf(opened.error));
    const { client, target } = opened.value;
    const ran = await readWithin({ clock, client, order, signal: stopping.signal });
    if (stopping.signal.aborted) return err({ reason: "closed", text: stoppedByUs });
    // what stopped half-way may hang in the machine: the next look begins anew
    if (!ran.ok || !ran.value.text.includes("\n@@end")) drop();
    return ran.ok ? ok({ ...ran.value, oldAlgorithms: target.oldAlgorithms === true }) : ran;
  }

  return {
    async run(order) {
      if (held !== null && !isSame(held.target, order.target)) drop();
      const wasHeld = held !== null;
      const ran = await once(order);
      // the far side may end an idle connection at any time: that is not yet a host that is silent
      return wasHeld && !ran.ok && ran.error.reason === "closed" && !stopping.signal.aborted ? once(order) : ran;
    },
    close() {
      stopping.abort();
      drop();
    },
  };
}

function isSame(a: SshTarget, b: SshTarget): boolean {
  return (
    a.host === b.host &&
    a.port === b.port &&
    a.user === b.user &&
    a.hostKey === b.hostKey &&
    a.privateKey?.reveal() === b.privateKey?.reveal()
  );
}

interface Reading {
  readonly clock: Clock;
  readonly client: Client;
  readonly order: Order;
  readonly signal: AbortSignal;
}

/** One look over an open session. A connection nobody answers any more ends with the deadline, whatever it hangs in. */
async function readWithin({ clock, client, order, signal }: Reading): Promise<Result<HostLookAnswer, Silent>> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  client.once("close", stop);
  const waited = sleep(clock, order.deadlineMs, over.signal).then(() =>
    err<Silent>(over.signal.aborted ? { reason: "closed", text: "" } : { reason: "timeout", text: "" }),
  );
  const { sections, deadlineMs: timeoutMs, run } = order;
  const own = run === undefined ? {} : { run };
  const stopping = AbortSignal.any([signal, over.signal]);
  const read = readOverSsh(client, { clock, signal: stopping, sections, timeoutMs, ...own }).then((answer) =>
    answer.ok ? answer : err(silentOf(answer.error)),
  );
  try {
    return await Promise.race([read, waited]);
  } catch (thrown) {
    return err({ reason: "closed", text: safeText(errorText(thrown), []) });
  } finally {
    client.removeListener("close", stop);
    stop();
  }
}

const reasons: Readonly<Record<HostLookFailure["reason"], HostSilence>> = {
  "no-shell": "session-refused",
  "not-a-look": "not-a-shell",
  timeout: "timeout",
  stopped: "closed",
  closed: "closed",
};

function silentOf({ reason, said }: HostLookFailure): Silent {
  return { reason: reasons[reason], text: said };
}
