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
  /** it may end before the deadline, with what it has said: after so long, or null: when somebody else waits */
  readonly ends?: { readonly afterMs: number | null; willDo(text: string): boolean };
}

export interface Ran extends HostLookAnswer {
  readonly oldAlgorithms: boolean;
}

/** A connection that is kept from one round to the next; whatever fails, the next round begins with a new one. */
export interface HostLine {
  /** One at a time: a server may allow a single session. */
  run(order: Order): Promise<Result<Ran, Silent>>;
  /** Somebody waits for the order under way; it is left a few seconds since it began. */
  hurry(): void;
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

/** A look of a machine that is not in trouble is over by then. */
const unhurriedMs = 3_000;

interface UnderWay {
  readonly order: Order;
  readonly beganMs: number;
  readonly hurrying: AbortController;
}

export function createLine(deps: LineDeps): HostLine {
  const { clock } = deps;
  const stopping = new AbortController();
  const session = createSession(deps, stopping.signal);
  let underWay: UnderWay | null = null;

  async function once(order: Order, hurrying: AbortSignal): Promise<Result<Ran, Silent>> {
    const opened = await session.open(order.target);
    if (!opened.ok) return err(silenceOf(opened.error));
    const { client, target } = opened.value;
    const ran = await readWithin({ clock, client, order, hurrying, signal: stopping.signal });
    if (stopping.signal.aborted) return err({ reason: "closed", text: stoppedByUs });
    // a machine that is slow to answer would be slower still to let us in again
    if (!ran.ok) session.drop();
    return ran.ok ? ok({ ...ran.value, oldAlgorithms: target.oldAlgorithms === true }) : ran;
  }

  return {
    async run(order) {
      const isOld = session.isOpenTo(order.target);
      const mine: UnderWay = { order, beganMs: clock.monotonicMs(), hurrying: new AbortController() };
      const { afterMs = null } = order.ends ?? {};
      const timer = afterMs === null ? null : clock.after(afterMs, () => mine.hurrying.abort());
      underWay = mine;
      try {
        const ran = await once(order, mine.hurrying.signal);
        const isOver = ran.ok || !ofOldConnections.has(ran.error.reason) || stopping.signal.aborted;
        return isOld && !isOver ? await once(order, mine.hurrying.signal) : ran;
      } finally {
        timer?.cancel();
        if (underWay === mine) underWay = null;
      }
    },
    hurry() {
      if (underWay === null || underWay.order.ends?.afterMs !== null) return;
      const { beganMs, hurrying } = underWay;
      clock.after(Math.max(0, beganMs + unhurriedMs - clock.monotonicMs()), () => hurrying.abort());
    },
    close() {
      stopping.abort();
      session.drop();
    },
  };
}

interface Session {
  isOpenTo(target: SshTarget): boolean;
  /** The one that is open, or a new one. */
  open(target: SshTarget): Promise<Result<Held, SshFailure>>;
  drop(): void;
}

function createSession({ clock, connect }: LineDeps, signal: AbortSignal): Session {
  let held: Held | null = null;

  function drop(): void {
    held?.client.destroy();
    held = null;
  }

  /** The usual ways first; an old server is asked again in its own. */
  async function logIn(target: SshTarget): Promise<Result<Held, SshFailure>> {
    let connected = await connect(target, { clock, signal });
    let used = target;
    if (!connected.ok && silenceOf(connected.error).reason === "old-server") {
      used = { ...target, oldAlgorithms: true };
      connected = await connect(used, { clock, signal });
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

  return {
    isOpenTo: (target) => held !== null && isSame(held.target, target),
    open(target) {
      if (held !== null && isSame(held.target, target)) return Promise.resolve(ok(held));
      drop();
      return logIn(target);
    },
    drop,
  };
}

/** The far side may end an idle connection at any time, or still count a look that was broken off: neither is a host that is silent. */
const ofOldConnections: ReadonlySet<HostSilence> = new Set(["closed", "session-refused"]);

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
  readonly hurrying: AbortSignal;
  readonly signal: AbortSignal;
}

const late: Silent = { reason: "timeout", text: "" };
/** What was said until time was up is gathered in no time; who has not even opened a session says nothing more. */
const graceMs = 250;

/** One look over an open session. When time is up, what came so far counts; a connection nobody answers any more ends as well. */
async function readWithin({
  clock,
  client,
  order,
  hurrying,
  signal,
}: Reading): Promise<Result<HostLookAnswer, Silent>> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  client.once("close", stop);
  const { sections, deadlineMs: timeoutMs, run, ends } = order;
  let isLate = false;
  const waited = sleep(clock, timeoutMs, over.signal).then(async () => {
    if (over.signal.aborted) return err<Silent>({ reason: "closed", text: "" });
    isLate = true;
    stop();
    await sleep(clock, graceMs, signal);
    return err<Silent>(late);
  });
  const own = {
    ...(run === undefined ? {} : { run }),
    ...(ends === undefined ? {} : { hurry: { signal: hurrying, willDo: ends.willDo } }),
  };
  const stopping = AbortSignal.any([signal, over.signal]);
  const read = readOverSsh(client, { clock, signal: stopping, sections, timeoutMs, ...own }).then((answer) =>
    answer.ok ? answer : err(isLate ? late : silentOf(answer.error)),
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
