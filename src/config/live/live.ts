import type { Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Bilingual } from "../../kernel/lang.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { Outcome } from "../../kernel/model/observation.ts";
import type { Probe } from "../../kernel/model/probe.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { probes } from "../../observe/index.ts";
import { layerLine } from "../../words/scope.ts";
import { tryMail, tryWebhook } from "./channels.ts";
import { tryTarget } from "./targets.ts";
import { inBothLanguages, type Tried } from "./tried.ts";

/** What trying one thing of the configuration came to. */
export interface LiveResult {
  readonly state: StateWord;
  /** a check's id, or the path of a channel or a page target */
  readonly name: string;
  readonly say: Bilingual;
  /** what a server or the system said, cut short; null: nothing */
  readonly error: string | null;
  readonly tookMs: number;
}

export interface LiveDeps {
  readonly clock: Clock;
  /** for each thing */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly hasSendmail: boolean;
}

/** As many at once: a laptop's line and a small server bear it. */
const atOnce = 8;
const shownChars = 300;

interface Trial {
  readonly name: string;
  run(signal: AbortSignal): Promise<Tried>;
}

/** Tries each thing once: every check that is looked at from here, every way to tell, every page target. Sends no mail and no post. */
export async function tryConfiguration(site: Site, deps: LiveDeps): Promise<LiveResult[]> {
  const trials = [
    ...site.checks.map((check) => checkTrial(check, site, deps)),
    ...channelTrials(site, deps),
    ...(site.statusPage?.publish ?? []).map((target): Trial => ({
      name: `status_page.publish ${target.key}`,
      run: (signal) => tryTarget(target, { clock: deps.clock, signal }),
    })),
  ];
  const results: LiveResult[] = Array.from({ length: trials.length });
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < trials.length; index = next++) {
      const trial = trials[index];
      if (trial !== undefined) results[index] = await inTime(trial, deps);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

function channelTrials(site: Site, deps: LiveDeps): Trial[] {
  return [...site.notify.channels.values()].flatMap((channel): Trial[] => {
    const name = `notify.channels.${channel.key}`;
    const { clock, hasSendmail, timeoutMs } = deps;
    if (channel.kind === "mail") return [{ name, run: (signal) => tryMail(channel, { clock, signal, hasSendmail }) }];
    return [{ name, run: (signal) => tryWebhook(channel, { clock, signal, timeoutMs }) }];
  });
}

async function inTime({ name, run }: Trial, { clock, timeoutMs, signal }: LiveDeps): Promise<LiveResult> {
  const startedMs = clock.monotonicMs();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  const late = new Promise<Tried>((resolve) => {
    stop.signal.addEventListener("abort", () =>
      resolve({ state: "down", say: inBothLanguages((w) => w.liveTime), error: null }),
    );
  });
  const timer = clock.after(timeoutMs, onAbort);
  try {
    const tried = await Promise.race([run(stop.signal), late]);
    const error = tried.error === null ? null : tried.error.slice(0, shownChars);
    return { ...tried, error, name, tookMs: Math.round(clock.monotonicMs() - startedMs) };
  } catch (thrown) {
    const said = errorText(thrown);
    return {
      state: "down",
      name,
      say: { ja: said, en: said },
      error: null,
      tookMs: Math.round(clock.monotonicMs() - startedMs),
    };
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

const stateOf: Readonly<Record<Outcome, StateWord>> = {
  up: "ok",
  degraded: "warning",
  down: "down",
  unknown: "unknown",
};

function checkTrial(check: Check, site: Site, { clock, timeoutMs }: LiveDeps): Trial {
  return {
    name: check.id,
    async run(signal) {
      const elsewhere = check.vantages.length > 0 && !check.vantages.includes("here");
      if (elsewhere) {
        const names = check.vantages.join(", ");
        return { state: "unknown", say: inBothLanguages((w) => w.liveVantage(names)), error: null };
      }
      const probe: Probe | undefined = probes.find(({ kind }) => kind === check.kind);
      if (probe === undefined) throw new TypeError(`no probe is called ${check.kind}`);
      const result = await probe.run(check.spec, {
        clock,
        signal,
        timeoutMs: Math.min(timeoutMs, check.timeoutMs),
        trustedHosts: new Set(
          [...site.hosts.values()].flatMap(({ address }) => address ?? []).concat(probe.hosts(check.spec)),
        ),
      });
      const { layer, error } = result;
      const say = (lang: "ja" | "en"): string => (layer === null ? check.target : layerLine(layer, error, lang));
      const said = error === null ? null : `[${error.code}] ${error.text.split("\n")[0] ?? ""}`;
      return { state: stateOf[result.outcome], say: { ja: say("ja"), en: say("en") }, error: said };
    },
  };
}
