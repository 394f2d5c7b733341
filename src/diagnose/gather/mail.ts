import { stampNow } from "../../kernel/clock.ts";
import { nameOf } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import type { Reading } from "../evidence/evidence.ts";
import { whyNot } from "../evidence/inside.ts";
import { mlLog, type MailLine } from "../evidence/ml-log.ts";
import { mlQueue } from "../evidence/ml-queue.ts";
import { mlQuota } from "../evidence/ml-quota.ts";
import { mlRate } from "../evidence/ml-rate.ts";
import { perMinute } from "../lines/rates.ts";
import { excerpt, mailSignOf } from "../lines/signs.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId, lookInside } from "./host-inside.ts";
import { hostLines } from "./host-logs.ts";
import { lookedInto, serviceOf, servicesOn } from "./host-services.ts";
import { noted } from "./noted.ts";
import type { Situation } from "./situation.ts";
import { toldByLines } from "./told-lines.ts";

const kinds = [mlQueue, mlLog, mlRate, mlQuota];
const usualMs = 3_600_000;
const leastUsualMs = 10 * 60_000;

/** The queue, the log and the mailboxes of a mail server. */
export function createMailGatherer(sources: InsideSources): Gatherer {
  return {
    id: "mail",
    bundle: "mail",
    offers: (situation) =>
      lookedInto(situation).flatMap((host) => {
        const service = serviceOf(servicesOn(situation, host), ["mail"]);
        if (service === null) return [];
        const tells = kinds.map(({ id }) => ({ evidence: id, target: service.id, vantage: null }));
        return [{ bundle: "mail" as const, target: hostId(host), tells, expectedSeconds: 2 }];
      }),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve(nothing)
        : look(sources, { host: nameOf(offer.target), situation, signal }),
  };
}

interface Asked {
  readonly host: string;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: InsideSources, { host, situation, signal }: Asked): Promise<Gathered> {
  const service = serviceOf(servicesOn(situation, host), ["mail"]);
  if (service === null) return nothing;
  const { clock } = sources;
  const target = service.id;
  const nowMs = clock.nowMs();
  const aheadMs = Math.round((sources.hosts.host(host)?.clock?.offsetSeconds ?? 0) * 1_000);
  const { fromMs, startedAtMs } = situation;
  const [inside, now, before] = await Promise.all([
    lookInside(sources, { host, situation, sections: ["mail"], wantsReading: false, signal }),
    hostLines(sources, { host, fromMs, toMs: nowMs + 1, aheadMs, signal }),
    hostLines(sources, { host, fromMs: fromMs - usualMs, toMs: fromMs, aheadMs, signal }),
  ]);
  const tell = (id: string, reading: Reading | MissingReason): Gathered =>
    noted({ evidence: id, target, vantage: null, at: stampNow(clock) }, reading);
  const { mail } = inside.answers;
  const silent = whyNot(inside.answers, "mail");
  const lines = mailLines(now.entries ?? []);
  const rates = {
    rate: perMinute(deliveries(now.entries), { fromMs: Math.max(startedAtMs, now.fromMs), toMs: nowMs }),
    usualRate: usualRateOf(deliveries(before.entries), { fromMs: before.fromMs, toMs: fromMs }),
  };
  return together([
    tell(mlQueue.id, mail === null ? silent : mlQueue.read({ mail, usual: inside.usual?.mailWaiting ?? null })),
    ...quotaEvidence({ told: mail === null ? silent : mlQuota.read(mail), lines, tell }),
    followsMail(sources, host)
      ? toldByLines(clock, { evidence: mlLog, target, reading: mlLog.read({ lines }), lines })
      : tell(mlLog.id, "not-configured"),
    tell(mlRate.id, mlRate.read(rates)),
  ]);
}

/** Who may not ask the mail server for its quotas still reads in its log whose mailbox was full. */
function quotaEvidence({
  told,
  lines,
  tell,
}: {
  readonly told: Reading | MissingReason;
  readonly lines: readonly MailLine[];
  tell(id: string, reading: Reading | MissingReason): Gathered;
}): readonly Gathered[] {
  const full = lines.filter(({ sign }) => sign === "quota");
  if (typeof told !== "string" || full.length === 0) return [tell(mlQuota.id, told)];
  return [tell(mlQuota.id, { state: "full", value: null, facts: { detail: `×${full.length}` }, raw: excerpt(full) })];
}

function usualRateOf(rows: readonly LogEntry[], range: { fromMs: number; toMs: number }): number | null {
  const oldest = rows.reduce((first, { atMs }) => Math.min(first, atMs), range.toMs);
  const from = Math.max(range.fromMs, oldest);
  return range.toMs - from < leastUsualMs ? null : perMinute(rows, { ...range, fromMs: from });
}

const mailNames = /postfix|dovecot|exim|sendmail|\bmail/i;

function isMail({ source, program }: LogEntry): boolean {
  return program === null ? mailNames.test(source) : mailNames.test(program);
}

function followsMail({ logs }: InsideSources, host: string): boolean {
  return logs
    .state()
    .sources.some((source) => source.host === host && mailNames.test(`${source.key} ${source.format ?? ""}`));
}

function mailLines(entries: readonly LogEntry[]): readonly MailLine[] {
  return entries.filter(isMail).flatMap((entry) => {
    const sign = mailSignOf(entry);
    return sign === null ? [] : [{ atMs: entry.atMs, text: entry.text, sign }];
  });
}

/** One line for each mail that was taken in or handed on. */
const delivery = /\bfrom=<[^>]*>, size=\d+|\bstatus=sent\b| <= \S+@/;

function deliveries(entries: readonly LogEntry[] | null): readonly LogEntry[] {
  return (entries ?? []).filter((entry) => isMail(entry) && delivery.test(entry.text));
}
