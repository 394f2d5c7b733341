import { sleep, type Clock } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Check } from "../../kernel/model/check.ts";
import { z } from "zod";
import { createBackoff } from "./backoff.ts";
import { readJson, writeDurably } from "./folder.ts";
import type { HubLine } from "./hub-line.ts";
import { holdsSecret, readSpec } from "./spec-text.ts";
import { withheldProbe } from "./withheld.ts";
import { pollMs, vantagePaths, WireCheck, WorkAnswer, type SilenceKit, type WireLook } from "./wire.ts";

export interface WorkLoopDeps {
  readonly line: HubLine;
  readonly vantage: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** where the work is kept for a start without the hub */
  readonly workFile: string;
  readonly onChecks: (checks: readonly Check[]) => void;
  readonly onProbeNow: (checkIds: readonly string[]) => void;
  readonly onLooks: (looks: readonly WireLook[]) => void;
  /** nobody between here and the hub can read along */
  readonly isPrivate: boolean;
  readonly onSilence: (kit: SilenceKit | null) => void;
}

const timeoutMs = pollMs + 10_000;
const idleMs = 1_000;
const SavedWork = z.object({ checks: z.array(WireCheck) });

/** Asks the hub what to do, again and again, until stopped. @throws KoboshiError KB4002 the hub knows this vantage no more */
export async function runWorkLoop(deps: WorkLoopDeps): Promise<void> {
  const { line, clock, log, signal } = deps;
  const backoff = createBackoff();
  let cursor = "";
  let cutOff = false;
  while (!signal.aborted) {
    const path = `${vantagePaths.work}?after=${encodeURIComponent(cursor)}${deps.isPrivate ? "&private=1" : ""}`;
    const asked = await line.ask({ method: "GET", path, answer: WorkAnswer, timeoutMs, signal });
    if (asked.ok) {
      if (cutOff) log.info("the hub answers again");
      cutOff = false;
      backoff.reset();
      ({ cursor } = asked.value.value);
      const isNews = takeUp(deps, asked.value.value);
      // a hub, or a proxy before it, that answers at once without news must not be asked without end
      if (!isNews && asked.value.tookMs < idleMs) await sleep(clock, idleMs, signal);
      continue;
    }
    if (asked.error.kind === "refused") throw new KoboshiError("KB4002", { vantage: deps.vantage });
    if (!cutOff && asked.error.kind === "unreachable")
      log.warn("the hub cannot be reached; looking goes on", { text: asked.error.text });
    cutOff = true;
    await sleep(clock, backoff.nextMs(), signal);
  }
}

/** What was handed out before, without the checks that need a secret: those are never written down. */
export function savedWork({
  workFile,
  vantage,
  log,
}: Pick<WorkLoopDeps, "workFile" | "vantage" | "log">): readonly Check[] {
  return (readJson(workFile, SavedWork)?.checks ?? []).map((check) => readCheck(check, vantage, log));
}

function takeUp(
  { vantage, log, workFile, onChecks, onProbeNow, onLooks, onSilence }: WorkLoopDeps,
  { checks, probeNow, looks = [], silence }: WorkAnswer,
): boolean {
  if (checks !== null) {
    const read = checks.map((check) => readCheck(check, vantage, log));
    onChecks(read);
    onSilence(silence ?? null);
    log.info("checks taken over", { count: read.length });
    saveWork(workFile, { checks: checks.filter((_check, index) => !holdsSecret(read[index]?.spec)), log });
  }
  if (probeNow.length > 0) onProbeNow(probeNow);
  if (looks.length > 0) onLooks(looks);
  return checks !== null || probeNow.length + looks.length > 0;
}

function saveWork(workFile: string, { checks, log }: { checks: readonly WireCheck[]; log: Log }): void {
  try {
    writeDurably(workFile, JSON.stringify({ checks }));
  } catch (thrown) {
    log.error("the work could not be kept for the next start", { text: errorText(thrown) });
  }
}

/** What cannot be run from here still stands on the list, so that it is reported as not seen. */
function readCheck({ spec, withheld, kind, ...rest }: WireCheck, vantage: string, log: Log): Check {
  const own = { vantages: [vantage], namedVantages: [vantage] };
  if (withheld !== null) return { ...rest, ...own, kind: withheldProbe.kind, spec: {} };
  try {
    return { ...rest, ...own, kind, spec: readSpec(spec) };
  } catch (thrown) {
    log.warn("a check cannot be read by this version", { check: rest.id, text: errorText(thrown) });
    return { ...rest, ...own, kind: `${kind} of a newer koboshi`, spec: {} };
  }
}
