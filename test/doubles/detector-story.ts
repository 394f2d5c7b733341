import { createDetector } from "../../src/detect/index.ts";
import { siteGraph } from "../../src/kernel/graph.ts";
import type { Log } from "../../src/kernel/log.ts";
import type { Observation, Outcome } from "../../src/kernel/model/observation.ts";
import type { Signal, SignalChange } from "../../src/kernel/model/signal.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createFakeClock } from "./fake-clock.ts";
import { attempt, watchedSite } from "./watched-site.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A detector with a fake clock, told in seconds; ticks come every second. */
export function watching(site: Site, openSignals: readonly Signal[] = []) {
  const clock = createFakeClock();
  const heard: SignalChange[] = [];
  let ids = 0;
  const detector = createDetector({
    site,
    graph: siteGraph(site),
    clock,
    openSignals,
    log: silent,
    newId: () => `signal-${++ids}`,
  });
  const hear = (changes: readonly SignalChange[]): readonly string[] => {
    heard.push(...changes);
    return changes.map(({ change, signal }) => `${change} ${signal.kind} ${signal.checkId ?? signal.subject}`);
  };
  return {
    clock,
    detector,
    heard,
    hear,
    /** attempts from one vantage, one second apart */
    async sees(vantage: string, checkId: string, ...results: readonly (Outcome | Partial<Observation>)[]) {
      const told: string[] = [];
      for (const result of results) {
        await clock.advance(1_000);
        const fields = typeof result === "string" ? { outcome: result } : { outcome: "down" as const, ...result };
        const at = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
        told.push(...hear(detector.take(attempt({ ...at, checkId, vantage, ...fields }))));
      }
      return told;
    },
    async passes(seconds: number, everySecond: () => void = () => undefined) {
      const told: string[] = [];
      for (let second = 0; second < seconds; second++) {
        await clock.advance(1_000);
        everySecond();
        told.push(...hear(detector.tick()));
      }
      return told;
    },
    state: (id: string) => detector.checks().find((check) => check.id === id)?.state,
    says: (vantage: string, state: "ok" | "blind" | "silent") => hear(detector.vantage(vantage, { state })),
  };
}

/** one service, looked at from here alone */
export const pop = watchedSite({ hosts: { m1: {} }, services: { pop: { on: "m1" } } });
/** three services, each on its host, looked at from three places */
export const three = watchedSite({
  vantages: { tokyo: {}, osaka: {}, office: {} },
  hosts: { w1: {}, w2: {}, w3: {} },
  services: { shop: { on: "w1" }, blog: { on: "w2" }, wiki: { on: "w3" } },
});
