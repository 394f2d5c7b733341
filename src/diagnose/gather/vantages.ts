import { hasAnswered } from "../../kernel/answer.ts";
import { stampNow } from "../../kernel/clock.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { VantageStatus } from "../../kernel/model/status.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { moSelf } from "../evidence/mo-self.ts";
import { vpSelf, type OwnConnection } from "../evidence/vp-self.ts";
import type { Watched } from "./attempts.ts";
import { together, type Gathered } from "./gatherer.ts";
import { noted } from "./noted.ts";
import { needsOf, type Situation } from "./situation.ts";

const mostControls = 3;
/** A vantage is called silent after a minute and a half, so its silence began that long before. */
const noticedMs = 100_000;

/** What the vantages themselves are like: whether they reach what has nothing to do with the subject, and work as they should. */
export function vantageEvidence(
  sources: DiagnosisSources,
  situation: Situation,
  watched: readonly Watched[],
): Gathered {
  const at = stampNow(sources.clock);
  const controls = watched.filter(({ check }) => isUnrelated(situation, componentId("service", check.service)));
  return together(
    sources.vantages().flatMap((vantage) => {
      if (vantage.state === "never-joined") return [];
      const target = componentId("vantage", vantage.name);
      const about = { target, vantage: vantage.name, at };
      return [
        noted({ ...about, evidence: vpSelf.id }, vpSelf.read(connectionOf(vantage, situation, controls))),
        noted({ ...about, evidence: moSelf.id }, moSelf.read(healthOf(vantage, { sources, situation, watched }))),
      ];
    }),
  );
}

/** It shares no machine, segment, place, provider, account, name or service with the subject. */
function isUnrelated(situation: Situation, service: ComponentId): boolean {
  const own = needsOf(situation, situation.subject);
  return !situation.concerned.has(service) && ![...needsOf(situation, service)].some((id) => own.has(id));
}

/** Whoever looks every few seconds and tells nothing for several of them has fallen silent, long before it is called so. */
function isMute({ name, lastSeenAt }: VantageStatus, { nowMs, cells }: Situation): boolean {
  if (name === "here" || lastSeenAt === null) return false;
  const own = cells
    .filter((check) => check.cells.some(({ vantage }) => vantage === name))
    .map(({ everyMs }) => everyMs);
  if (own.length === 0) return false;
  return nowMs - lastSeenAt.atMs > Math.max(leastMuteMs, muteIntervals * Math.min(...own));
}

const leastMuteMs = 15_000;
const muteIntervals = 4;

function connectionOf(status: VantageStatus, situation: Situation, controls: readonly Watched[]): OwnConnection {
  const { name, state, lastSeenAt } = status;
  if (state === "silent" || (state === "ok" && isMute(status, situation))) {
    const isNew = lastSeenAt !== null && lastSeenAt.atMs >= situation.fromMs - noticedMs;
    return { vantage: name, reached: 0, tried: 0, state: isNew ? "fell-silent" : "silent" };
  }
  // what nobody reaches is broken itself, and says nothing of who looks
  const others = new Set(controls.filter((one) => one.vantage !== name && isReached(one)).map(({ check }) => check.id));
  const alone = new Set(controls.map(({ vantage }) => vantage)).size < 2;
  const own = controls
    .filter((one) => one.vantage === name && one.now !== null && one.now.outcome !== "unknown")
    .filter((one) => isReached(one) || alone || others.has(one.check.id))
    .slice(0, mostControls);
  // the way out of the hub's own machine, or the way to the hub, was tried just now, too
  const reached = own.filter(isReached).length + 1;
  return { vantage: name, reached, tried: own.length + 1, state: state === "blind" ? "blind" : "ok" };
}

function isReached({ now }: Watched): boolean {
  return now !== null && (now.outcome === "up" || now.outcome === "degraded" || hasAnswered(now));
}

interface Looked {
  readonly sources: DiagnosisSources;
  readonly situation: Situation;
  readonly watched: readonly Watched[];
}

/**
 * Of a person's device that tells nothing it cannot be said whether it or its line is ill. The line of one that only watches is part
 * of the watching.
 */
function healthOf(status: VantageStatus, looked: Looked): Parameters<typeof moSelf.read>[0] {
  const { name, state, clockOffsetMs } = status;
  const isHere = name === "here";
  const { graph } = looked.situation;
  const isDevice = graph.parts.get(componentId("vantage", name))?.kinds.includes("client") === true;
  const isSilent = isDevice && (state === "silent" || (state === "ok" && isMute(status, looked.situation)));
  return {
    vantage: name,
    isSilent,
    clockOffsetMs,
    pulseAgeMs: isHere ? looked.sources.pulseAgeMs() : null,
    madeRatio: isHere || isSilent || state === "silent" ? null : madeRatioOf(name, looked),
  };
}

/** Below so many attempts due nothing can be said. */
const fewDue = 6;

/** Attempts told in the window by those that were due since its first one. */
function madeRatioOf(vantage: string, { situation, watched }: Looked): number | null {
  let [made, due] = [0, 0];
  for (const { check, vantage: from, earlier } of watched) {
    const regular = earlier.filter(({ attempt }) => attempt === 1);
    const [first] = regular;
    if (from !== vantage || first === undefined) continue;
    made += regular.length;
    due += Math.max(1, Math.floor((situation.nowMs - first.atMs) / check.everyMs));
  }
  return due < fewDue ? null : Math.round(Math.min(1, made / due) * 100) / 100;
}

/** Names of vantages that hear and see. */
export function askable(sources: DiagnosisSources): readonly string[] {
  return sources
    .vantages()
    .filter(({ state }) => state === "ok")
    .map(({ name }) => name)
    .slice(0, mostVantages);
}

const mostVantages = 6;
