import type { Engine } from "../../src/diagnose/engine/engine.ts";
import type { Seen, StopReason } from "../../src/kernel/model/diagnosis.ts";
import type { Catalogue, Judgement } from "../../src/diagnose/model.ts";
import { firstBundles, insideBundles, offersOf, type Look } from "./diagnosis-town.ts";

export interface Run {
  readonly judgement: Judgement;
  readonly seen: readonly Seen[];
  readonly seconds: number;
  readonly bundles: number;
  readonly stopped: StopReason;
  readonly cpuMs: number;
}

const limitSeconds = 30;

/** One diagnosis over what is there to be seen, wave by wave, each taking the time it is expected to take. */
export function runDiagnosis(
  engine: Engine,
  there: readonly Seen[],
  { catalogue, looks, asksAll }: { catalogue: Catalogue; looks: readonly Look[]; asksAll?: boolean },
): Run {
  const bundleOf = (evidence: string): string => catalogue.evidence.get(evidence)?.bundle ?? "";
  let seen = there.filter(({ evidence }) => firstBundles.some((bundle) => bundle === bundleOf(evidence)));
  let offers = offersOf(catalogue, looks);
  let seconds = 3;
  let bundles = 1;
  const started = process.cpuUsage();
  for (;;) {
    const judgement = engine.judge(seen);
    const ranked = engine.next(judgement, seen, offers);
    const affordable =
      asksAll === true ? ranked : ranked.filter(({ offer }) => seconds + offer.expectedSeconds <= limitSeconds);
    const [best] = affordable;
    const reason = asksAll === true ? (best === undefined ? "exhausted" : null) : engine.stop(judgement, seen, offers);
    const stopped = reason ?? (best === undefined ? "time" : null);
    if (stopped !== null || best === undefined)
      return {
        judgement,
        seen,
        seconds,
        bundles,
        stopped: stopped ?? "time",
        cpuMs: process.cpuUsage(started).user / 1000,
      };
    const { offer } = best;
    seconds += offer.expectedSeconds;
    bundles += 1;
    const told = new Set(offer.tells.map(({ evidence, target, vantage }) => `${evidence} ${target} ${vantage}`));
    seen = seen.concat(there.filter(({ evidence, target, vantage }) => told.has(`${evidence} ${target} ${vantage}`)));
    offers = offers.filter((one) => one !== offer);
    const isShut = seen.some(
      ({ evidence, target, state }) =>
        evidence === "hs.ssh" && target === "host:web1" && ["authfail", "refused", "timeout"].includes(state),
    );
    if (isShut) offers = offers.filter(({ bundle }) => !insideBundles.includes(bundle) || bundle === "mail");
  }
}
