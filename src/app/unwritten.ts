import { elapsedMs, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { randomId } from "../kernel/ids.ts";
import { langs, type Lang } from "../kernel/lang.ts";
import type { Log } from "../kernel/log.ts";
import type { Channel, ChannelMessage, NoticeText } from "../kernel/model/channel.ts";
import type { ChannelSpec, Person, Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import { fullDateTime, list } from "../words/format.ts";
import { unwrittenWords } from "../words/unwritten.ts";
import { every, type Repeating } from "./every.ts";

export interface UnwrittenDeps {
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  readonly channels: readonly Channel[];
  /** what keeps confirmed changes from the ledger; null while all is written */
  blockedBy(): string | null;
  checks(): readonly CheckStatus[];
}

const lookEveryMs = 5_000;
/** A disk that is full for a moment needs no mail. */
const patienceMs = 10_000;
const againAfterMs = 3_600_000;
const sendLimitMs = 20_000;

/**
 * Tells people by mail, past the ledger, that something failed and could not be written down: without it a full disk would
 * silence every alarm. It keeps no record, since there is none to keep; a restart may send it again.
 */
export function watchUnwritten(deps: UnwrittenDeps): Repeating {
  const { clock, log } = deps;
  const ending = new AbortController();
  let blockedSince: Stamp | null = null;
  let toldAt: Stamp | null = null;

  async function look(): Promise<void> {
    const error = deps.blockedBy();
    const now = stampNow(clock);
    if (error === null) {
      blockedSince = null;
      toldAt = null;
      return;
    }
    blockedSince ??= now;
    if (elapsedMs(blockedSince, now) < patienceMs) return;
    if (toldAt !== null && elapsedMs(toldAt, now) < againAfterMs) return;
    toldAt = now;
    await tellEveryone(deps, { error, now, signal: ending.signal });
  }

  const looking = every(clock, lookEveryMs, {
    work: look,
    failed: (thrown) => log.error("nobody could be told past the ledger", { error: errorText(thrown) }),
  });
  return {
    stop() {
      ending.abort();
      looking.stop();
    },
  };
}

interface Occasion {
  readonly error: string;
  readonly now: Stamp;
  readonly signal: AbortSignal;
}

async function tellEveryone(deps: UnwrittenDeps, occasion: Occasion): Promise<void> {
  const site = deps.site();
  const texts = Object.fromEntries(langs.map((lang) => [lang, textOf(deps, occasion, lang)])) as Record<
    Lang,
    NoticeText
  >;
  const id = `unwritten-${randomId()}`;
  const ways = [...site.notify.channels.values()].flatMap((spec) => waysOf(deps, spec));
  await Promise.all(
    ways.map(async ({ spec, channel, person }) => {
      const message = messageOf(`${id}-${person.key}`, person, texts);
      const { clock, log } = deps;
      const sent = await channel.send(spec, message, {
        clock,
        timeoutMs: sendLimitMs,
        signal: occasion.signal,
        madeSecret,
      });
      if (!sent.ok) log.error("not told past the ledger", { person: person.key, reason: sent.error.reason });
    }),
  );
}

function madeSecret(): Promise<never> {
  return Promise.reject(new Error("no ledger to keep a secret in"));
}

/** People only: a room is read by programs, which expect an incident. */
function waysOf(
  { channels, site }: UnwrittenDeps,
  spec: ChannelSpec,
): { spec: ChannelSpec; channel: Channel; person: Person }[] {
  const channel = channels.find(({ kind, audience }) => kind === spec.kind && audience === "person");
  if (channel === undefined) return [];
  return [...site().people.values()]
    .filter((person) => channel.reaches(person))
    .map((person) => ({ spec, channel, person }));
}

function textOf({ site, checks }: UnwrittenDeps, { error, now }: Occasion, lang: Lang): NoticeText {
  const { services, timeZone, hub } = site();
  const keys = new Set(
    checks()
      .filter(({ state }) => state === "down")
      .map(({ service }) => service),
  );
  const down = list(
    [...keys].map((key) => services.get(key)?.name ?? key),
    lang,
  );
  const facts = { down, error, folder: hub.dataFolder, time: fullDateTime(now.atMs, timeZone, lang) };
  const say = unwrittenWords(lang);
  return { subject: say.subject(facts), body: say.body(facts) };
}

function messageOf(id: string, person: Person, texts: ChannelMessage["texts"]): ChannelMessage {
  return {
    id,
    threadId: null,
    kind: "opened",
    incidentId: 0,
    severity: "critical",
    person,
    lang: person.lang,
    texts,
    links: [],
    incident: null,
  };
}
