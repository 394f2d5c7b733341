import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** The server's Date header against the hub's clock, without logging in. Drift: over 2 s; bad: over 60 s. */
export const vpDate = evidence({
  id: "vp.date",
  bundle: "net",
  title: { ja: "応答の Date(時計)", en: "date in the answer" },
  states: ["ok", "drift", "bad"],
  stateWords: {
    ok: { ja: "時計は合っています", en: "the clock is right" },
    drift: { ja: "時計がずれています", en: "the clock is off" },
    bad: { ja: "時計が大きくずれています", en: "the clock is far off" },
  },
  leak: [0.01, 0.001],
  group: "clock",
  timeoutSeconds: 5,
  risk: 0,
  unit: "s",

  /** @param tried.lookerAheadSeconds the vantage's own clock minus the hub's */
  read(tried: Tried & { readonly lookerAheadSeconds: number }): Reading | MissingReason {
    const { result, lookerAheadSeconds } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const toldSeconds = numberIn(result, "dateOffsetSeconds");
    if (toldSeconds === null) return result.outcome === "down" ? "unreachable" : "not-configured";
    const seconds = Math.round((toldSeconds + lookerAheadSeconds) * 10) / 10;
    // the answer carries the time at which it was begun: a slow one looks late by as much
    const off = Math.max(0, Math.abs(seconds) - (result.timings.totalMs ?? 0) / 1_000);
    return {
      ...reading(tried, off > farSeconds ? "bad" : off > driftSeconds ? "drift" : "ok", { value: seconds }),
      raw: "",
    };
  },
});

const driftSeconds = 2;
const farSeconds = 60;
