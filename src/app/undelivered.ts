import { stampNow, type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { randomId } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import { componentId, type ComponentId } from "../kernel/model/component.ts";
import type { Delivery } from "../kernel/model/notice.ts";
import type { Signal, SignalChange } from "../kernel/model/signal.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

export interface UndeliveredDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  take(changes: readonly SignalChange[]): Promise<void>;
}

export interface UndeliveredWatch {
  /** A notice was given up: its channel is an incident of its own, one however many notices it loses. */
  givenUp(delivery: Delivery): Promise<void>;
  stop(): void;
}

/** Makes lost notices into signals of their channel; the next notice that gets through it closes them. */
export function createUndeliveredWatch({ ledger, clock, log, take }: UndeliveredDeps): UndeliveredWatch {
  async function openOf(subject: ComponentId): Promise<Signal | undefined> {
    const signals = await ledger.read.openSignals();
    return signals.find((signal) => signal.kind === "undelivered" && signal.subject === subject);
  }

  async function close(subject: ComponentId): Promise<void> {
    const signal = await openOf(subject);
    if (signal !== undefined) await take([{ change: "closed", signal: { ...signal, closedAt: stampNow(clock) } }]);
  }

  const stop = ledger.onCommit((events) => {
    const through = new Set(
      events.filter(({ kind }) => kind === "notice.sent").map(({ data }) => String(data["channel"])),
    );
    for (const channel of through) {
      close(componentId("channel", channel)).catch((thrown: unknown) => {
        // the next notice that gets through tries it again
        log.error("a channel that works again is still called failing", { channel, error: errorText(thrown) });
      });
    }
  });

  return {
    async givenUp(delivery) {
      const subject = componentId("channel", delivery.channel);
      if ((await openOf(subject)) !== undefined) return;
      await take([{ change: "opened", signal: lost(delivery, subject, clock) }]);
    },
    stop,
  };
}

function lost(delivery: Delivery, subject: ComponentId, clock: Clock): Signal {
  return {
    id: randomId(),
    kind: "undelivered",
    subject,
    checkId: null,
    severity: "critical",
    openedAt: stampNow(clock),
    startedAt: delivery.createdAt,
    closedAt: null,
    layer: null,
    error: delivery.lastError === null ? null : { code: "undelivered", text: delivery.lastError },
    failingFrom: ["here"],
    workingFrom: [],
    facts: { notice: delivery.id, attempts: delivery.attempts },
  };
}
