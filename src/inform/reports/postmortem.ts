import { isOpen } from "../../kernel/model/incident.ts";
import { clockTime, dateTime, duration, list as listed, rfc3339, zoneName } from "../../words/format.ts";
import { componentName, incidentTitle, personName, vantageName } from "../../words/incident.ts";
import { postmortemWords } from "../../words/report-internal.ts";
import { letterWords } from "../../words/report.ts";
import { scopeLine } from "../../words/scope.ts";
import { severityName } from "../../words/states.ts";
import { timelineText } from "../../words/timeline.ts";
import { fact, heading, list, paragraph, text, type Block, type Line, type ReportDocument } from "./document.ts";
import { firstOf, nameOfService, reportNumber, type ReportFacts } from "./facts.ts";
import { blankLine, blanksOf, fill, measuresTable } from "./fill.ts";
import type { Drafted } from "./letter.ts";
import { recoveryBlocks } from "./recoveries.ts";
import type { ReportBlank } from "./report.ts";

interface Writing extends Drafted {
  readonly say: ReturnType<typeof postmortemWords>;
  readonly letter: ReturnType<typeof letterWords>;
  /** the incident's page, where every fact can be looked up */
  readonly room: string;
}

/** The report for people inside: everything, with where each fact can be looked up. */
export function postmortem(drafted: Drafted, state: "draft" | "published"): ReportDocument {
  const { facts, edition, lang } = drafted;
  const { incident, site } = facts;
  const say = postmortemWords(lang);
  const writing: Writing = { ...drafted, say, letter: letterWords(lang), room: `/i/${incident.id}` };
  const title = say.title.replace("{id}", String(incident.id)).replace("{title}", incidentTitle(incident, site, lang));
  return {
    lang,
    version: "internal",
    number: reportNumber(facts),
    edition,
    title,
    blocks: [
      statusLine(writing, state),
      heading(say.summary),
      paragraph(blanksOf(drafted.draft)("summary", say.summaryBlank)),
      heading(say.impact),
      impact(writing),
      heading(say.numbers),
      numbers(writing),
      heading(say.timeline.replace("{zone}", zoneName(incident.startedAt.atMs, site.timeZone))),
      course(writing),
      heading(say.cause),
      ...causes(writing),
      heading(say.evidence),
      evidence(writing),
      list(blank(writing, [say.ruledOut, "ruledOut", say.ruledOutBlank])),
      heading(say.work),
      ...work(writing),
      ...recoveryBlocks(facts, lang),
      heading(say.looking),
      lookingBack(writing),
      heading(say.actions),
      measuresTable(drafted.draft, lang),
      heading(say.feedback),
      feedback(writing),
    ],
  };
}

function blank({ draft }: Writing, [sentence, key, hint]: readonly [string, ReportBlank, string]): Line {
  return blankLine(draft, sentence, { key, hint });
}

function statusLine({ say, facts, draft, lang }: Writing, state: "draft" | "published"): Block {
  const { incident, site } = facts;
  const lead = incident.assignedTo ?? incident.acknowledgedBy;
  return paragraph(
    ...fill(say.status, {
      number: fact(reportNumber(facts)),
      state: fact(state === "draft" ? say.draft : say.published),
      severity: fact(severityName(incident.severity, lang)),
      lead: fact(lead === null ? say.nobody : personName(site, lead)),
      authors: blanksOf(draft)("authors", say.authors),
    }),
  );
}

function impact(writing: Writing): Block {
  const { say, facts, lang, room } = writing;
  const { incident, site } = facts;
  const named = (keys: readonly string[]) => ({
    services: fact(
      listed(
        keys.map((key) => nameOfService(site, key)),
        lang,
      ),
      room,
    ),
  });
  const suffering = facts.hit.filter((key) => !incident.services.includes(key));
  return list(
    ...(incident.services.length === 0 ? [] : [fill(say.hit, named(incident.services))]),
    ...(suffering.length === 0 ? [] : [fill(say.suffered, named(suffering))]),
    ...(facts.untouched.length === 0 ? [] : [fill(say.untouched, named(facts.untouched))]),
    fill(say.where, {
      scope: fact(
        scopeLine(incident.scope, (name) => vantageName(name, lang), lang),
        room,
      ),
    }),
    blank(writing, [writing.letter.customers, "affectedCustomers", writing.letter.affectedCustomers]),
    blank(writing, [writing.letter.data, "dataLoss", writing.letter.dataLoss]),
    blank(writing, [say.cost, "cost", say.costBlank]),
  );
}

function numbers({ say, facts, lang, room }: Writing): Block {
  const { incident, site, timeline, deliveries } = facts;
  const startMs = incident.startedAt.atMs;
  const told = firstOf(timeline, "page.published");
  const moments: readonly (readonly [string, number | undefined])[] = [
    [say.began, startMs],
    [say.detected, incident.detectedAt.atMs],
    [say.acknowledged, incident.acknowledgedAt?.atMs],
    [say.published1, told?.at.atMs],
    [say.resolved, incident.resolvedAt?.atMs],
  ];
  const times = moments.map(([what, atMs]): readonly Line[] => [
    [text(what)],
    [fact(atMs === undefined ? say.none : dateTime(atMs, site.timeZone, lang), room)],
    atMs === undefined || atMs === startMs ? [] : [fact(`+${duration(atMs - startMs, lang)}`)],
  ]);
  const count = (state: string): string => String(deliveries.filter((delivery) => delivery.state === state).length);
  const others: readonly (readonly [string, string])[] = [
    [say.lasted, duration(facts.lastedMs, lang)],
    [say.told, count("sent")],
    [say.failedNotices, count("given-up")],
  ];
  const rows = [...times, ...others.map(([what, value]): readonly Line[] => [[text(what)], [fact(value, room)], []])];
  return { kind: "table", head: [say.item, say.value, say.fromStart], rows };
}

function course({ facts, lang }: Writing): Block {
  const { timeline, site, incident } = facts;
  const lines = timeline.map((event): Line => {
    const time = clockTime(event.at.atMs, site.timeZone, lang);
    return [
      fact(time, `/i/${incident.id}#${event.kind === "incident.picture-kept" ? "pictures" : `e${event.seq}`}`),
      text("  "),
      fact(timelineText(event, site, lang)),
    ];
  });
  return list(...lines);
}

function causes(writing: Writing): Block[] {
  const { say, facts, letter, room } = writing;
  const { confirmedCause, incident, changes, site } = facts;
  const { lang } = writing;
  const confirmed =
    confirmedCause === null
      ? []
      : [fill(say.confirmed, { id: fact(String(incident.id), room), cause: fact(confirmedCause, room) })];
  const noted = changes.map((change): Line => {
    return [fact(dateTime(change.at.atMs, site.timeZone, lang)), text("  "), fact(change.text)];
  });
  return [
    list(
      blank(writing, [say.trigger, "trigger", say.triggerBlank]),
      ...confirmed,
      blank(writing, [say.direct, "directCause", letter.directCause]),
      blank(writing, [say.why, "whyItHappened", letter.whyItHappened]),
      blank(writing, [say.whyNotPrevented, "whyNotPrevented", letter.whyNotPrevented]),
      blank(writing, [say.whyNotSooner, "whyNotSooner", letter.whyNotSooner]),
      blank(writing, [say.fiveWhys, "fiveWhys", say.fiveWhysBlank]),
    ),
    ...(noted.length === 0 ? [] : [paragraph(text(say.changes)), list(...noted)]),
  ];
}

/** What the signals showed, in the words of the machines themselves. */
function evidence({ say, facts, lang, room }: Writing): Block {
  const { site, signals } = facts;
  return list(
    ...signals.map((signal): Line => {
      const from = listed(
        signal.failingFrom.map((name) => vantageName(name, lang)),
        lang,
      );
      const time = fact(rfc3339(signal.openedAt.atMs, site.timeZone), room);
      const seen = fill(say.signal, {
        subject: fact(signal.checkId ?? componentName(site, signal.subject, lang)),
        error: fact(signal.error?.text ?? say.noError),
        from: fact(from),
        layer: fact(signal.layer ?? "—"),
      });
      return [time, text("  "), ...seen];
    }),
  );
}

function work(writing: Writing): Block[] {
  const { say, facts, letter, lang } = writing;
  const restored = facts.restores.map((restore): Line => {
    return [fact(dateTime(restore.at.atMs, facts.site.timeZone, lang)), text("  "), fact(restore.text)];
  });
  return [
    list(
      blank(writing, [say.firstAid, "firstAid", letter.firstAid]),
      blank(writing, [say.lasting, "lastingFix", letter.lastingFix]),
      blank(writing, [say.restore, "restoreDetail", letter.restoreDetail]),
    ),
    ...(restored.length === 0 ? [] : [paragraph(text(say.restores)), list(...restored)]),
  ];
}

function lookingBack(writing: Writing): Block {
  const { say } = writing;
  return list(
    blank(writing, [say.wentWell, "wentWell", say.freeBlank]),
    blank(writing, [say.wentBadly, "wentBadly", say.freeBlank]),
    blank(writing, [say.lucky, "lucky", say.freeBlank]),
  );
}

function feedback(writing: Writing): Block {
  const { say, facts } = writing;
  const { incident } = facts;
  const similar = similarLine(facts);
  return list(
    blank(writing, [say.runbook, "runbookDiff", say.runbookBlank]),
    blank(writing, [say.monitoring, "monitoringDiff", say.monitoringBlank]),
    ...(isOpen(incident)
      ? []
      : [fill(say.pages, { falseAlarm: fact(incident.state === "false-alarm" ? say.yes : say.no, writing.room) })]),
    ...(similar.length === 0 ? [] : [[text(`${say.similar}: `), ...similar]]),
    blank(writing, [say.drill, "drill", say.drillBlank]),
  );
}

function similarLine({ similar }: ReportFacts): Line {
  return similar.flatMap(({ id }, nth) => [...(nth === 0 ? [] : [text(" ")]), fact(`#${id}`, `/i/${id}`)]);
}
