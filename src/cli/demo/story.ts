import { elapsedMs, sleep, stampNow, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { demoWords } from "../../words/demo.ts";
import { duration } from "../../words/format.ts";
import type { HubClient } from "../client.ts";
import type { IncidentAnswer, StatusAnswer } from "../incident-text.ts";
import type { Company, DemoFault } from "./company.ts";

export interface StoryDeps {
  readonly clock: Clock;
  readonly lang: Lang;
  readonly client: HubClient;
  readonly company: Company;
  readonly fault: DemoFault;
  readonly signal: AbortSignal;
  /** the newest mail, as it arrived; empty before the first */
  mail(): string;
  /** tells what happens, with its time */
  say(text: string): void;
  /** resolves when a person says that it may be repaired; null: the story does everything by itself */
  readonly byHand: (() => Promise<void>) | null;
}

/** How long a person looks at one scene before the next one. */
const sceneMs = 4_000;
const stepMs = 250;
const longestWaitMs = 60_000;

/** Plays one outage from the first failing check to the drafted report. @returns the incident's number */
export async function playOutage(deps: StoryDeps): Promise<number> {
  const { client, clock, company, fault, lang, say, signal } = deps;
  const words = demoWords(lang);
  await waitFor(deps, async () => (await status(client)).verdict === "ok");
  say(words.well);
  await sleep(clock, sceneMs, signal);
  await company.break(fault);
  const brokenAt = stampNow(clock);
  say({ "disk-full": words.brokeDisk, "db-stops": words.brokeStop, "slow-shop": words.brokeSlow }[fault]);
  const incident = await waitFor(deps, async () => (await status(client)).incidents[0]);
  const seconds = (elapsedMs(brokenAt, stampNow(clock)) / 1_000).toFixed(1);
  say(words.detected(seconds, incident.title));
  await tellWhy(deps, incident.id);
  await sleep(clock, sceneMs, signal);
  if (deps.byHand === null) {
    await pressTheButton(await waitFor(deps, async () => ackLink(deps.mail())), signal);
    say(words.taken);
    await client.post(`/api/v1/incidents/${incident.id}/note`, { text: words.noted });
    await sleep(clock, sceneMs, signal);
  } else {
    say(words.byHand);
    await deps.byHand();
  }
  await company.repair();
  say(words.repaired);
  await waitFor(deps, async () => (await status(client)).services.every(({ state }) => state === "ok"));
  say(words.recovered(duration(elapsedMs(brokenAt, stampNow(clock)), lang)));
  await waitFor(deps, () => isOver(deps, incident.id));
  return incident.id;
}

/** It ends by itself unless lines of a log opened it, too: those a person has to have read. */
async function isOver({ client, lang, say, byHand }: StoryDeps, id: number): Promise<boolean> {
  const words = demoWords(lang);
  const address = `/api/v1/incidents/${id}`;
  const { resolvedAt, timeline } = await client.get<IncidentAnswer>(`${address}?lang=${lang}`);
  if (resolvedAt !== null) return true;
  const isOnlyOfLogs = byHand === null && openKinds(timeline).every((kind) => kind === "log");
  if (!isOnlyOfLogs) return false;
  await client.post(`${address}/resolve`, { reason: words.resolved });
  say(words.byPerson(words.resolved));
  return true;
}

/** The kinds of signals that are still open. */
function openKinds(timeline: IncidentAnswer["timeline"]): readonly string[] {
  const open = new Map<unknown, string>();
  for (const { kind, data } of timeline) {
    const signal = data["signal"] as { readonly id?: unknown; readonly kind?: string } | undefined;
    if (kind === "signal.opened" && signal?.kind !== undefined) open.set(signal.id, signal.kind);
    if (kind === "signal.closed") open.delete(signal?.id);
  }
  return [...open.values()];
}

const mostEvidence = 3;

/** What the hub found by itself, as whoever was called reads it: the cause as far as it is known, and what to do first. */
async function tellWhy(deps: StoryDeps, incidentId: number): Promise<void> {
  const { client, lang, say } = deps;
  const words = demoWords(lang);
  const { causes, headline } = await waitFor(deps, async () => {
    const { diagnosis } = await client.get<IncidentAnswer>(`/api/v1/incidents/${incidentId}?lang=${lang}`);
    return diagnosis.stoppedBecause !== null && diagnosis.stoppedBecause !== "scope-only" && diagnosis;
  });
  say(words.why(headline));
  const [first] = causes;
  if (first === undefined) return;
  for (const fact of first.for.slice(0, mostEvidence)) say(words.evidence(fact));
  say(words.first(first.action));
}

const linkForm = /https?:\/\/\S+\/ack\?k=\S+/;

function ackLink(mail: string): string | undefined {
  return linkForm.exec(mail)?.[0];
}

/** What the person does who opens the link of the mail: one button on a page without a login. */
async function pressTheButton(link: string, signal: AbortSignal): Promise<void> {
  const { origin, pathname, searchParams } = new URL(link);
  const body = new URLSearchParams({ k: searchParams.get("k") ?? "", do: "acknowledge" });
  const answer = await fetch(new URL(pathname, origin), { method: "POST", headers: { origin }, body, signal });
  if (!answer.ok) throw new KoboshiError("KB1004", { what: `demo: the button answered ${answer.status}` });
}

function status(client: HubClient): Promise<StatusAnswer> {
  return client.get<StatusAnswer>("/api/v1/status");
}

/** @throws KoboshiError KB1004 when it does not come true within a minute */
async function waitFor<T>(
  { clock, signal, byHand }: StoryDeps,
  look: () => Promise<T | false | undefined>,
): Promise<T> {
  const began = stampNow(clock);
  while (!signal.aborted) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (byHand === null && elapsedMs(began, stampNow(clock)) > longestWaitMs) {
      throw new KoboshiError("KB1004", { what: "demo: nothing happened for a minute" });
    }
    await sleep(clock, stepMs, signal);
  }
  throw new KoboshiError("KB1004", { what: "demo: stopped" });
}
