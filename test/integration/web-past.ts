import { later, stampNow } from "../../src/kernel/clock.ts";
import type { Outcome } from "../../src/kernel/model/observation.ts";
import { componentId } from "../../src/kernel/model/component.ts";
import type { Signal } from "../../src/kernel/model/signal.ts";
import { reading, type WebFixture } from "./web-fixture.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Readings of the last `hours` hours of each check, one in ten minutes from two vantages. */
export function fillTelemetry({ telemetry, clock, world }: WebFixture, hours: number): void {
  const nowMs = clock.nowMs();
  for (const { id } of world.site.checks) {
    for (let atMs = nowMs - hours * hourMs; atMs <= nowMs; atMs += 10 * minuteMs) {
      for (const [index, vantage] of ["here", "東京"].entries()) {
        const outcome: Outcome = Math.round((nowMs - atMs) / (10 * minuteMs)) % 30 === 5 ? "down" : "up";
        const totalMs = 80 + 40 * index + (atMs % 977) / 20;
        const timings = { dnsMs: 3, connectMs: 12, tlsMs: 20, firstByteMs: 30, totalMs };
        const failed = { layer: "connect", error: { code: "refused", text: "<b>refused</b>" } } as const;
        const more = outcome === "down" ? failed : {};
        telemetry.append.observation({
          ...reading(clock, { checkId: id, vantage, atMs, outcome, timings, facts: { status: 200 }, ...more }),
        });
      }
    }
  }
}

/** An outage of one service in the past, as the detector would have confirmed it. */
export async function pastOutage(
  { ledger, clock }: WebFixture,
  { service, agoMs, lengthMs }: { service: string; agoMs: number; lengthMs: number },
): Promise<void> {
  const startedAt = later(stampNow(clock), -agoMs);
  const signal: Signal = {
    id: `past-${service}-${agoMs}`,
    kind: "down",
    subject: componentId("service", service),
    checkId: `${service}/http`,
    severity: "critical",
    openedAt: startedAt,
    startedAt,
    closedAt: later(startedAt, lengthMs),
    layer: "connect",
    error: null,
    failingFrom: ["here"],
    workingFrom: [],
    facts: {},
  };
  await ledger.transaction(async (tx) => tx.insertSignal(signal, null));
}
