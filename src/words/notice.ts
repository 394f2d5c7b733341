import type { NoticeKind } from "../kernel/model/notice.ts";
import type { NoticeText } from "../kernel/model/channel.ts";
import { duration } from "./format.ts";
import { componentName, peerOf } from "./incident.ts";
import { causeBlocks } from "./notice-cause.ts";
import { jobBlock } from "./notice-jobs.ts";
import { jobWords } from "./jobs.ts";
import {
  ackBlock,
  channelName,
  customerBlock,
  footerBlock,
  notesBlock,
  offlineBlock,
  reachBlock,
  seenBlock,
  type Block,
  type NoticeFacts,
} from "./notice-blocks.ts";
import { jobSignalOf, lastedMs, momentOf, nameIn, noticeSubject, span, titleIn, waited } from "./notice-subject.ts";
import { noticeWords } from "./notice-words.ts";
import { scopeLine } from "./scope.ts";
import { severityName } from "./states.ts";
import { actorName } from "./timeline.ts";

/**
 * What a notice says in one language: what stopped, for whom and since when; how far it reaches; where it stops;
 * why, as far as a diagnosis has come; how to take it and what happens if nobody does; what customers see; whom to call.
 * Only what is known is said. Lines are not wrapped.
 */
export function noticeText(facts: NoticeFacts): NoticeText {
  const { site, lang, insteadOf } = facts;
  const standIn = insteadOf === null ? [] : [noticeWords(lang).standIn(channelName(site, insteadOf, lang))];
  const blocks = [...bodies[facts.snapshot.kind](facts), standIn, footerBlock(facts)];
  const body = blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n");
  return { subject: noticeSubject(facts), body: `${body}\n` };
}

const bodies: Readonly<Record<NoticeKind, (facts: NoticeFacts) => Block[]>> = {
  opened: (facts) => [titleBlock(facts), ...callBlocks(facts)],
  diagnosed: (facts) => [titleBlock(facts), ...causeBlocks(facts), ackBlock(facts)],
  updated: (facts) => [
    [noticeWords(facts.lang).updated, ...titleBlock(facts), ...stateLines(facts)],
    notesBlock(facts),
    ...callBlocks(facts),
  ],
  escalated: (facts) => [
    [noticeWords(facts.lang).notTaken(waited(facts)), ...titleBlock(facts)],
    notesBlock(facts),
    ...callBlocks(facts),
  ],
  acknowledged: (facts) => [acknowledgedBlock(facts), titleBlock(facts), notesBlock(facts), customerBlock(facts)],
  resolved: (facts) => [resolvedBlock(facts), whereBlock(facts), notesBlock(facts), customerBlock(facts)],
  unstable: (facts) => [unstableBlock(facts), seenBlock(facts, noticeWords(facts.lang).seen), ackBlock(facts)],
  "still-down": (facts) => [
    stillBlock(facts),
    reachBlock(facts),
    ...causeBlocks(facts),
    notesBlock(facts),
    ackBlock(facts),
    offlineBlock(facts),
  ],
};

/** What everyone needs who may have to act on it. */
function callBlocks(facts: NoticeFacts): Block[] {
  return [
    jobBlock(facts),
    ...causeBlocks(facts),
    seenBlock(facts, noticeWords(facts.lang).seen),
    ackBlock(facts),
    customerBlock(facts),
    offlineBlock(facts),
  ];
}

/** What stopped and since when, seen from where, what is hit and what is not: the lines a locked screen shows. */
function titleBlock(facts: NoticeFacts): Block {
  const { snapshot, lang } = facts;
  const { incident } = snapshot;
  const say = noticeWords(lang);
  const from = momentOf(facts, incident.startedAt);
  return [
    say.title(titleIn(facts), from, duration(lastedMs(snapshot), lang)),
    ...scopeLines(facts),
    ...(incident.quiet ? [say.quiet] : []),
    ...reachBlock(facts),
  ];
}

/** Where a job or another hub is missing says nothing of who sees what. */
function scopeLines({ snapshot, site, lang }: NoticeFacts): string[] {
  if (jobSignalOf({ snapshot }) !== null || peerOf(snapshot.incident.subject) !== null) return [];
  const line = scopeLine(snapshot.incident.scope, (vantage) => componentName(site, `vantage:${vantage}`, lang), lang);
  return line === "" ? [] : [line];
}

function stateLines(facts: NoticeFacts): string[] {
  const { snapshot, lang } = facts;
  const { severity, assignedTo } = snapshot.incident;
  const say = noticeWords(lang);
  return [
    say.severity(severityName(severity, lang)),
    ...(assignedTo === null ? [] : [say.assigned(actorName(facts.site, assignedTo, facts.lang))]),
  ];
}

function acknowledgedBlock(facts: NoticeFacts): Block {
  const { snapshot, lang } = facts;
  const { acknowledgedAt, acknowledgedBy } = snapshot.incident;
  const who = actorName(facts.site, acknowledgedBy ?? snapshot.by ?? "koboshi", facts.lang);
  return [noticeWords(lang).acknowledged(who, momentOf(facts, acknowledgedAt ?? snapshot.at), waited(facts))];
}

function resolvedBlock(facts: NoticeFacts): Block {
  const { snapshot, site, lang } = facts;
  const { state, resolvedBy } = snapshot.incident;
  const say = noticeWords(lang);
  const [name, length] = [nameIn(facts), span(facts)];
  const who = actorName(facts.site, resolvedBy ?? "koboshi", facts.lang);
  if (state === "false-alarm") return [say.falseAlarm(who, name, length)];
  if (resolvedBy !== "auto") return [say.resolvedBy(who, name, length)];
  const checked = snapshot.incident.services;
  const everyMs = Math.min(...site.checks.filter(({ service }) => checked.includes(service)).map((one) => one.everyMs));
  return [
    say.resolved(name, length),
    jobSignalOf(facts) === null ? say.confirmed : jobWords(lang).okAgain,
    ...(Number.isFinite(everyMs) ? [say.next(duration(everyMs, lang))] : []),
  ];
}

/** After a recovery: where it had stopped. Ended by hand: where a fault is still seen. */
function whereBlock(facts: NoticeFacts): Block {
  const say = noticeWords(facts.lang);
  return seenBlock(facts, facts.snapshot.incident.resolvedBy === "auto" ? say.wasSeen : say.stillSeen);
}

function unstableBlock(facts: NoticeFacts): Block {
  const say = noticeWords(facts.lang);
  return [say.unstable(nameIn(facts)), say.unstableMeaning, ...scopeLines(facts)];
}

function stillBlock(facts: NoticeFacts): Block {
  const { snapshot, lang } = facts;
  const { assignedTo, acknowledgedBy } = snapshot.incident;
  const say = noticeWords(lang);
  const who = assignedTo ?? acknowledgedBy;
  return [
    say.still(nameIn(facts), duration(lastedMs(snapshot), lang)),
    who === null ? say.unassigned : say.assigned(actorName(facts.site, who, facts.lang)),
  ];
}
