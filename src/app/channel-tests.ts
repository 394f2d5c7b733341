import { stampNow, type Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import { randomId } from "../kernel/ids.ts";
import { langs, type Lang } from "../kernel/lang.ts";
import type { Channel, ChannelMessage, NoticeText } from "../kernel/model/channel.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Attention } from "../kernel/model/status.ts";
import type { ChannelDesk, ChannelLine, ChannelTest, ChannelTestResult } from "../kernel/ports.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { webhookSecret } from "../respond/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { channelWords, readChannelResult } from "../words/channels.ts";
import { fullDateTime } from "../words/format.ts";
import { actorName } from "../words/timeline.ts";
import { sendDirect } from "./direct-send.ts";

export interface ChannelTestDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  site(): Site;
  readonly channels: readonly Channel[];
}

export interface ChannelTests extends ChannelDesk {
  /** ends that were never tried, for Home */
  attentions(): readonly Attention[];
}

/** A room has no people: a test goes to everyone behind it. */
const room = "*";
/** Older tests than the newest so many are taken for none. */
const mostRead = 1_000;
const mostTextChars = 300;

type Trial = Parameters<ChannelDesk["test"]>[0];

/** Tries channels while nothing is wrong, and remembers how it went. Reads past tests from the ledger once, at its making. */
export async function createChannelTests(deps: ChannelTestDeps): Promise<ChannelTests> {
  const { ledger } = deps;
  const last = new Map<string, ChannelTest>();
  const running = new Map<string, Promise<ChannelTest>>();
  for (const event of await ledger.read.audit({ kind: "channel.tested", limit: mostRead })) {
    const [id, test] = readEvent(event);
    if (test !== null && !last.has(id)) last.set(id, test);
  }

  function lineOf({ channel, to }: Pick<Trial, "channel" | "to">): ChannelLine | undefined {
    return linesOf(deps, last).find((line) => line.channel === channel && line.to === to);
  }

  async function keep({ channel, to, actor }: Trial, ended: Ended): Promise<ChannelTest> {
    const { result, text } = ended;
    const data = { channel, to, result, ...(text === null ? {} : { text }) };
    const { at } = await ledger.transaction((tx) =>
      tx.append({ kind: "channel.tested", actor, incidentId: null, data }),
    );
    const test: ChannelTest = { at, actor, result, text };
    last.set(idOf(channel, to), test);
    return test;
  }

  /** A button pressed twice sends once. */
  function tryOnce(trial: Trial): Promise<ChannelTest> {
    const id = idOf(trial.channel, trial.to);
    const known = running.get(id);
    if (known !== undefined) return known;
    const test = send(deps, trial)
      .then((ended) => keep(trial, ended))
      .finally(() => running.delete(id));
    running.set(id, test);
    return test;
  }

  return {
    lines: () => Promise.resolve(linesOf(deps, last)),
    test: async (trial) => (lineOf(trial) === undefined ? unknownLine(trial) : ok(await tryOnce(trial))),
    arrived: async (trial) =>
      lineOf(trial) === undefined ? unknownLine(trial) : ok(await keep(trial, { result: "arrived", text: null })),
    attentions() {
      const untried = linesOf(deps, last).filter((line) => line.last === null);
      if (untried.length === 0 || deps.site().services.size === 0) return [];
      const names = untried.map(({ channel, to }) => (to === room ? channel : `${channel} → ${to}`));
      return [{ code: "channel-untried", level: "info", facts: { lines: names.join(", "), count: names.length } }];
    },
  };
}

interface Ended {
  readonly result: ChannelTestResult;
  readonly text: string | null;
}

function idOf(channel: string, to: string): string {
  return JSON.stringify([channel, to]);
}

function unknownLine({ channel, to }: Trial): Result<ChannelTest, KoboshiError> {
  const what = to === room ? channel : `${channel} → ${to}`;
  return err(new KoboshiError("KB1002", { what: what.slice(0, 200) }));
}

function readEvent({ at, actor, data }: LedgerEvent): readonly [string, ChannelTest | null] {
  const result = readChannelResult(data["result"]);
  const text = typeof data["text"] === "string" ? data["text"] : null;
  return [idOf(String(data["channel"]), String(data["to"])), result === null ? null : { at, actor, result, text }];
}

function linesOf({ site, channels }: ChannelTestDeps, last: ReadonlyMap<string, ChannelTest>): ChannelLine[] {
  const { notify, people } = site();
  return [...notify.channels].flatMap(([key, spec]) => {
    const channel = channels.find(({ kind }) => kind === spec.kind);
    if (channel === undefined) return [];
    const ends =
      channel.audience === "room"
        ? [room]
        : [...people.values()].filter((person) => channel.reaches(person)).map((person) => person.key);
    return ends.map((to) => ({ channel: key, kind: spec.kind, to, last: last.get(idOf(key, to)) ?? null }));
  });
}

async function send(deps: ChannelTestDeps, trial: Trial): Promise<Ended> {
  const site = deps.site();
  const spec = site.notify.channels.get(trial.channel);
  if (spec === undefined) return { result: "not-configured", text: null };
  const message = messageOf(deps, site, trial);
  const sent = await sendDirect(deps, { spec, message, madeSecret: () => webhookSecret(deps.ledger, spec.key) });
  if (sent.ok) return { result: "accepted", text: null };
  return { result: sent.error.reason, text: sent.error.text.slice(0, mostTextChars) };
}

function messageOf({ clock }: ChannelTestDeps, site: Site, { to, actor }: Trial): ChannelMessage {
  const person = site.people.get(to) ?? null;
  const texts = Object.fromEntries(langs.map((lang) => [lang, textOf(site, actor, { lang, clock })]));
  return {
    id: `test-${randomId()}`,
    threadId: null,
    kind: "test",
    incidentId: 0,
    severity: "info",
    person,
    lang: person?.lang ?? site.lang,
    texts: texts as Record<Lang, NoticeText>,
    links: [],
    incident: null,
  };
}

function textOf(site: Site, actor: string, { lang, clock }: { lang: Lang; clock: Clock }): NoticeText {
  const say = channelWords(lang);
  const time = fullDateTime(stampNow(clock).atMs, site.timeZone, lang);
  return { subject: say.subject(site.name), body: say.body(actorName(site, actor, lang), time) };
}
