import { later, stampNow, type Clock } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { Severity, Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { TemplateNews } from "./template-watch.ts";

/** One open signal for each template that is not as usual. */
export interface LogSignals {
  /** @param template its text, variable parts as `<*>` */
  take(news: TemplateNews, template: string): readonly SignalChange[];
  /** A further line of a template that may have an open signal. */
  seen(source: string, templateId: string): void;
  /** Closes what was quiet for half an hour. */
  look(): readonly SignalChange[];
  /** signals not opened because enough of the same host are open */
  heldBack(): number;
}

interface Open {
  signal: Signal;
  lastMonotonicMs: number;
  count: number;
}

const quietMs = 30 * 60_000;
const mostPerHost = 5;
const longestExample = 500;

/** What a line says when a machine or a service is about to stop, whatever severity its writer gave it. */
const graveText =
  /no space left on device|disk (?:is )?full|disk quota exceeded|out of memory|oom-kill|killed process \d|read-only file ?system|remounting filesystem read-only|segfault|segmentation fault|reached max(?:requestworkers|clients)|upstream timed out|i\/o error|kernel panic|too many open files|too many connections/i;

export function createLogSignals(clock: Clock, openSignals: readonly Signal[]): LogSignals {
  const open = new Map<string, Open>();
  let heldBack = 0;
  for (const signal of openSignals) {
    const key = keyOf(String(signal.facts["source"]), String(signal.facts["templateId"]));
    if (signal.kind === "log" && signal.closedAt === null)
      open.set(key, { signal, lastMonotonicMs: clock.monotonicMs(), count: Number(signal.facts["count"] ?? 1) });
  }

  return {
    take(news, template) {
      const { line, templateId } = news;
      if (line.host === null) return [];
      const key = keyOf(line.source, templateId);
      const known = open.get(key);
      if (known !== undefined) return [];
      const ofHost = [...open.values()].filter(({ signal }) => signal.facts["host"] === line.host);
      if (ofHost.length >= mostPerHost) {
        heldBack += 1;
        return [];
      }
      const signal = newSignal(clock, news, template);
      open.set(key, { signal, lastMonotonicMs: clock.monotonicMs(), count: news.count });
      return [{ change: "opened", signal }];
    },
    seen(source, templateId) {
      if (open.size === 0) return;
      const known = open.get(keyOf(source, templateId));
      if (known === undefined) return;
      known.lastMonotonicMs = clock.monotonicMs();
      known.count += 1;
    },
    look() {
      const due = [...open].filter(([, { lastMonotonicMs }]) => clock.monotonicMs() - lastMonotonicMs >= quietMs);
      return due.map(([key, { signal, count }]): SignalChange => {
        open.delete(key);
        const facts = { ...signal.facts, count };
        return { change: "closed", signal: { ...signal, facts, closedAt: stampNow(clock) } };
      });
    },
    heldBack: () => heldBack,
  };
}

function keyOf(source: string, templateId: string): string {
  return `${templateId} ${source}`;
}

function newSignal(clock: Clock, { what, line, templateId, count, usual }: TemplateNews, template: string): Signal {
  const now = stampNow(clock);
  const facts: Facts = {
    what,
    template: template.slice(0, longestExample),
    templateId,
    // a copy: a part of the text would keep all that was read together with it in memory
    example: Buffer.from(line.text.slice(0, longestExample)).toString(),
    count,
    source: line.source,
    host: line.host,
    program: line.program ?? null,
    lineSeverity: line.severity,
    ...(what === "burst" ? { usualPer5Minutes: Math.round(usual * 10) / 10 } : {}),
  };
  return {
    id: randomId(),
    kind: "log",
    subject: componentId("host", line.host ?? ""),
    checkId: null,
    severity: severityOf(line.severity, line.text),
    openedAt: now,
    startedAt: line.atMs <= now.atMs ? later(now, line.atMs - now.atMs) : now,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts,
  };
}

function severityOf(severity: number | null, text: string): Severity {
  return (severity !== null && severity <= 2) || graveText.test(text) ? "warning" : "info";
}
