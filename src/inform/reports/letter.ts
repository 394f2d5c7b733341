import { isOpen } from "../../kernel/model/incident.ts";
import type { Lang } from "../../kernel/lang.ts";
import { customerMoment } from "../../words/customer.ts";
import { clockTime, duration, fullDateTime, list as listed, zoneName } from "../../words/format.ts";
import { letterDate, letterWords, stageName } from "../../words/report.ts";
import { fact, heading, list, paragraph, text, type Block, type Line, type ReportDocument } from "./document.ts";
import { firstOf, nameOfService, reportNumber, type ReportFacts } from "./facts.ts";
import { blankLine, blanksOf, fill, measuresTable } from "./fill.ts";
import { recoveryLines } from "./recoveries.ts";
import type { ReportBlank, ReportDraft } from "./report.ts";

export interface Drafted {
  readonly facts: ReportFacts;
  readonly draft: ReportDraft;
  readonly edition: number;
  readonly lang: Lang;
}

interface Writing extends Drafted {
  readonly say: ReturnType<typeof letterWords>;
  /** as customers know them: only services on the status page where there is one */
  readonly own: readonly string[];
  readonly suffering: readonly string[];
}

/**
 * The letter to customers and partners. It holds services' names and times; no host, no check, no person, no error text.
 */
export function customerLetter(drafted: Drafted): ReportDocument {
  const { facts, edition, lang } = drafted;
  const writing: Writing = { ...drafted, say: letterWords(lang), ...hitAsKnown(drafted) };
  const { say } = writing;
  const number = reportNumber(facts);
  const service = names(writing.own.length > 0 ? writing.own : writing.suffering, lang);
  const title = say.title.replace("{service}", service);
  const isFalse = facts.incident.state === "false-alarm";
  const body = isFalse ? [withdrawal(writing, service)] : [...opening(writing, service), ...sections(writing)];
  return {
    lang,
    version: "customer",
    number,
    edition,
    title,
    blocks: [...letterHead(writing, number), ...body, ...(say.end === "" ? [] : [aligned(say.end)])],
  };
}

function aligned(words: string): Block {
  return { kind: "paragraph", line: [text(words)], align: "right" };
}

function names(services: readonly string[], lang: Lang): string {
  return listed(services, lang);
}

/** What customers are not shown on the status page has no name for them. */
function hitAsKnown({ facts }: Drafted): Pick<Writing, "own" | "suffering"> {
  const { incident, site } = facts;
  const shown = site.statusPage?.show ?? null;
  const known = facts.hit.filter((key) => shown === null || shown.includes(key));
  const name = (key: string): string => nameOfService(site, key);
  return {
    own: known.filter((key) => incident.services.includes(key)).map(name),
    suffering: known.filter((key) => !incident.services.includes(key)).map(name),
  };
}

function letterHead({ say, facts, draft, edition, lang }: Writing, number: string): Block[] {
  const { site } = facts;
  const stage = fact(stageName(draft.stage, lang));
  return [
    {
      kind: "paragraph",
      line: fill(say.number, { number: fact(number), edition: fact(String(edition)), stage }),
      align: "right",
    },
    { kind: "paragraph", line: [fact(letterDate(facts.at.atMs, site.timeZone, lang))], align: "right" },
    paragraph(text(say.to)),
    {
      kind: "paragraph",
      line: fill(say.from, { site: fact(site.name), signer: blanksOf(draft)("signer", say.signer) }),
      align: "right",
    },
  ];
}

function withdrawal({ say, facts, lang }: Writing, service: string): Block {
  const from = customerMoment(facts.incident.detectedAt.atMs, { zone: facts.site.timeZone, lang });
  return { kind: "paragraph", line: fill(say.withdrawn, { from: fact(from), service: fact(service) }) };
}

function opening({ say, facts, lang }: Writing, service: string): Block[] {
  const { incident, site } = facts;
  const to = { zone: site.timeZone, lang };
  const how = incident.severity === "critical" ? say.cannotUse : say.hardToUse;
  const what = fact(lang === "ja" ? `${service}${how}` : `${service} ${how}`);
  const from = fact(customerMoment(incident.startedAt.atMs, to));
  const sentence =
    incident.resolvedAt === null
      ? fill(say.apologyOpen, { from, what })
      : fill(say.apologyEnded, {
          from,
          to: fact(customerMoment(incident.resolvedAt.atMs, to)),
          lasted: fact(duration(facts.lastedMs, lang)),
          what,
        });
  return [paragraph(text(say.greeting)), { kind: "paragraph", line: sentence }, paragraph(text(say.below))];
}

function sections(writing: Writing): Block[] {
  const { say, draft, lang } = writing;
  return [
    heading(say.overview),
    overview(writing),
    heading(say.impact),
    impact(writing),
    heading(say.course.replace("{zone}", zoneName(writing.facts.incident.startedAt.atMs, writing.facts.site.timeZone))),
    course(writing),
    heading(say.causes),
    list(
      ...blanks(draft, [
        [say.direct, "directCause", say.directCause],
        [say.background, "whyItHappened", say.whyItHappened],
        [say.prevented, "whyNotPrevented", say.whyNotPrevented],
        [say.sooner, "whyNotSooner", say.whyNotSooner],
        [say.sure, "certainty", say.certainty],
        [say.others, "othersPart", say.othersPart],
      ]),
    ),
    heading(say.work),
    work(writing),
    heading(say.measures),
    measuresTable(draft, lang),
    heading(say.ask),
    ...questions(writing),
    paragraph(text(say.closing)),
  ];
}

function blanks(draft: ReportDraft, lines: readonly (readonly [string, ReportBlank, string])[]): readonly Line[] {
  return lines.map(([sentence, key, hint]) => blankLine(draft, sentence, { key, hint }));
}

function overview({ say, facts, lang, own, suffering }: Writing): Block {
  const { incident, site } = facts;
  const at = (ms: number): string => fullDateTime(ms, site.timeZone, lang);
  const places = fact(String(Math.max(1, incident.scope.failingFrom.length)));
  const lasted = fact(duration(facts.lastedMs, lang));
  const isDown = incident.severity === "critical";
  return list(
    fill(say.began, { time: fact(at(incident.startedAt.atMs)) }),
    fill(say.detected, { time: fact(at(incident.detectedAt.atMs)), places }),
    ...(incident.acknowledgedAt === null ? [] : [fill(say.taken, { time: fact(at(incident.acknowledgedAt.atMs)) })]),
    ...(incident.resolvedAt === null ? [] : [fill(say.recovered, { time: fact(at(incident.resolvedAt.atMs)) })]),
    fill(isDown ? say.stopped : say.affectedFor, { lasted }),
    fill(say.target, { services: fact(names([...own, ...suffering], lang)) }),
    fill(say.present, { state: fact(isOpen(incident) ? say.presentOpen : say.presentEnded) }),
  );
}

function impact({ say, facts, draft, lang, own, suffering }: Writing): Block {
  const { site } = facts;
  const shown = site.statusPage?.show ?? null;
  const well = facts.untouched.filter((key) => shown === null || shown.includes(key));
  const sentence = facts.incident.severity === "critical" ? say.notUsable : say.wasSlow;
  const services = (keys: readonly string[]) => ({ services: fact(names(keys, lang)) });
  return list(
    ...(own.length === 0 ? [] : [fill(sentence, services(own))]),
    ...(suffering.length === 0 ? [] : [fill(say.alsoHit, services(suffering))]),
    ...blanks(draft, [
      [say.customers, "affectedCustomers", say.affectedCustomers],
      [say.data, "dataLoss", say.dataLoss],
    ]),
    ...(well.length === 0 ? [] : [fill(say.notHit, services(well.map((key) => nameOfService(site, key))))]),
  );
}

/** What customers may know of the course: when it began, was noticed, taken, told and over. */
function course({ say, facts, lang }: Writing): Block {
  const { incident, timeline } = facts;
  const published = firstOf(timeline, "page.published");
  const places = String(Math.max(1, incident.scope.failingFrom.length));
  const moments: readonly (readonly [number | undefined, string])[] = [
    [incident.startedAt.atMs, say.beganLine],
    [incident.detectedAt.atMs, say.detectedLine.replace("{places}", places)],
    [published?.at.atMs, say.publishedLine],
    [incident.acknowledgedAt?.atMs, say.takenLine],
    [incident.resolvedAt?.atMs, say.recoveredLine],
  ];
  const known = moments.flatMap(([atMs, words]) => (atMs === undefined ? [] : [{ atMs, words }]));
  const lines = known
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, words }): Line => {
      return [fact(customerMoment(atMs, { zone: facts.site.timeZone, lang })), text("  "), fact(words)];
    });
  return list(...lines);
}

function work({ say, facts, draft, lang }: Writing): Block {
  const { site, timeline } = facts;
  const told = timeline
    .filter(({ kind }) => kind === "page.published")
    .map(({ at }) => clockTime(at.atMs, site.timeZone, lang));
  const times = [...new Set(told)];
  return list(
    ...blanks(draft, [
      [say.first, "firstAid", say.firstAid],
      [say.lasting, "lastingFix", say.lastingFix],
      [say.restore, "restoreDetail", say.restoreDetail],
    ]),
    ...recoveryLines(facts, lang),
    fill(say.told, { times: fact(times.length === 0 ? say.toldNone : times.join(", ")) }),
    ...blanks(draft, [[say.trouble, "noticeTrouble", say.noticeTrouble]]),
  );
}

function questions({ say, facts, draft }: Writing): Block[] {
  const { site } = facts;
  const { phone = null, hours = null, mail = null } = site.statusPage?.contact ?? {};
  const contact = [phone, hours, mail].filter((part) => part !== null).join(" ");
  return [
    paragraph(blanksOf(draft)("compensation", say.compensation)),
    ...(contact === "" ? [] : [paragraph(...fill(say.contact, { contact: fact(contact) }))]),
  ];
}
