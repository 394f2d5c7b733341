import { z } from "zod";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { fitTemperature, leastToFit, type Fit } from "../engine/calibrate.ts";
import type { Catalogue, PartGraph } from "../model.ts";

export interface FittingDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  graph(): PartGraph;
}

/** How strongly evidence is taken, fitted to the confirmed cases; anew within the hour when these change. */
export interface Fitting {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** null: as shipped */
  fit(): Fit | null;
  /** Looks now whether the cases changed, and fits anew then. */
  look(): Promise<void>;
}

const everyMs = 60 * 60_000;
const setting = "diagnosis.fit";
/** `of`: the cases it was fitted to and the catalogue, so that either's change is noticed */
const StoredFit = z.object({ of: z.string(), fit: z.object({ temperature: z.number(), cases: z.int() }).nullable() });

export function createFitting({ clock, log, ledger, catalogue, graph }: FittingDeps): Fitting {
  let kept: z.infer<typeof StoredFit> | null = null;
  let timer: Timer | null = null;
  let running = false;
  let under: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const standing = (await ledger.read.confirmedCases()).filter(({ withdrawn }) => !withdrawn);
    const of = `${catalogue.version} ${standing.map(({ id }) => id).join(" ")}`;
    if (kept?.of === of) return;
    const breathe = clock.breathe ?? (() => Promise.resolve());
    const fit =
      standing.length < leastToFit ? null : await fitTemperature(standing, { catalogue, graph: graph(), breathe });
    kept = { of, fit };
    await ledger.transaction((tx) => tx.putSetting(setting, JSON.stringify(kept)));
  }

  async function again(): Promise<void> {
    try {
      await look();
    } catch (thrown) {
      log.error("the diagnosis was not fitted to its cases", { error: errorText(thrown) });
    }
    if (running) next();
  }

  function next(): void {
    timer = clock.after(everyMs, () => {
      under = again();
    });
  }

  return {
    async start() {
      if (running) return;
      running = true;
      const text = await ledger.read.setting(setting);
      kept = text === null ? null : (StoredFit.safeParse(JSON.parse(text)).data ?? null);
      next();
    },
    async stop() {
      running = false;
      timer?.cancel();
      await under;
    },
    fit: () => kept?.fit ?? null,
    look,
  };
}
