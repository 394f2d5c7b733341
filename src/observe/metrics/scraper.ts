import { withoutSecrets } from "../../clients/http-visit.ts";
import { stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { ScrapeSpec, Site } from "../../kernel/model/site.ts";
import type { MetricSource } from "../../kernel/ports-metrics.ts";
import type { MetricPoint } from "../../storage/telemetry/telemetry.ts";
import { nextTickMs } from "../phase.ts";
import { scrapeOnce, type Scraped } from "./scrape.ts";
import { createSeriesBook, seriesKey, type SeriesBook } from "./series.ts";
import { labelsOf } from "./values.ts";

export interface ScraperDeps {
  readonly clock: Clock;
  readonly log: Log;
  append(point: MetricPoint): void;
  readonly series?: SeriesBook;
}

/** Fetches the metrics of the hosts' exporters, each in its own rhythm. */
export interface Scraper {
  /** Takes the addresses of the file over; what is unchanged goes on. */
  use(site: Pick<Site, "hosts">): void;
  sources(): readonly MetricSource[];
  /** Calls off what is under way. */
  stop(): Promise<void>;
}

interface Source {
  readonly id: string;
  readonly host: string;
  readonly spec: ScrapeSpec;
  readonly ending: AbortController;
  timer: Timer | null;
  running: Promise<void> | null;
  refused: number;
  lastAt: Stamp | null;
  error: Scraped["error"];
}

export function createScraper(deps: ScraperDeps): Scraper {
  const { clock, log } = deps;
  const series = deps.series ?? createSeriesBook(clock);
  const sources = new Map<string, Source>();

  function plan(source: Source): void {
    const { id, spec, ending } = source;
    if (ending.signal.aborted) return;
    const nowMs = clock.monotonicMs();
    source.timer = clock.after(nextTickMs({ id, everyMs: spec.everyMs }, nowMs) - nowMs, () => begin(source));
  }

  function begin(source: Source): void {
    source.running = run(source)
      .catch((thrown: unknown) => log.error("metrics not fetched", { url: source.id, error: errorText(thrown) }))
      .finally(() => {
        source.running = null;
        plan(source);
      });
  }

  async function run(source: Source): Promise<void> {
    const scraped = await scrapeOnce(source.spec, { clock, signal: source.ending.signal });
    if (source.ending.signal.aborted) return;
    const hadFailed = source.error !== null;
    source.error = scraped.error;
    store({ ...deps, series }, source, scraped);
    if ((scraped.error !== null) === hadFailed) return;
    const [url, host] = [withoutSecrets(new URL(source.spec.url)), source.host];
    if (scraped.error === null) log.info("metrics are fetched again", { url, host });
    else log.warn("metrics cannot be fetched", { url, host, reason: scraped.error.code });
  }

  function end(source: Source): void {
    source.ending.abort();
    source.timer?.cancel();
    sources.delete(source.id);
  }

  return {
    use({ hosts }) {
      const wanted = new Map(
        [...hosts.values()].flatMap(({ key, scrapes = [] }) =>
          scrapes.map((spec) => [idOf(key, spec), { host: key, spec }] as const),
        ),
      );
      for (const source of sources.values()) if (!wanted.has(source.id)) end(source);
      for (const [id, { host, spec }] of wanted) {
        if (sources.has(id)) continue;
        const ending = new AbortController();
        const source = { id, host, spec, ending, timer: null, running: null, refused: 0, lastAt: null, error: null };
        sources.set(id, source);
        begin(source);
      }
    },
    sources: () => [...sources.values()].map((source) => shown(source, series)),
    async stop() {
      const running = [...sources.values()].flatMap((source) => (source.running === null ? [] : [source.running]));
      for (const source of sources.values()) end(source);
      await Promise.all(running);
    },
  };
}

function idOf(host: string, { url, everyMs, labels }: ScrapeSpec): string {
  return JSON.stringify([host, url, everyMs, Object.entries(labels)]);
}

/** Besides the values, whether and how fast the exporter answered, as Prometheus names it. */
function store(
  { clock, append, series }: ScraperDeps & { readonly series: SeriesBook },
  source: Source,
  { values, error, seconds }: Scraped,
): void {
  const { host, spec } = source;
  const nowMs = clock.nowMs();
  const subject = `host:${host}`;
  const own = { ...spec.labels, instance: new URL(spec.url).host };
  const isUp = error === null;
  append({ name: "up", subject, labels: own, value: isUp ? 1 : 0, atMs: nowMs });
  append({ name: "scrape_duration_seconds", subject, labels: own, value: seconds, atMs: nowMs });
  if (isUp) source.lastAt = stampNow(clock);
  for (const { name, labels, value, atMs } of values) {
    if (!Number.isFinite(value)) continue; // «no value now»
    const kept = labelsOf({ ...labels, ...own });
    if (series.admit(source.id, seriesKey(name, kept))) {
      append({ name, subject, labels: kept, value, atMs: usable(atMs, nowMs) });
    } else source.refused += 1;
  }
}

const longestOffMs = 3_600_000;

/** An exporter's own moment when it gives one that can be meant. */
function usable(atMs: number | null, nowMs: number): number {
  return atMs === null || Math.abs(atMs - nowMs) > longestOffMs ? nowMs : atMs;
}

function shown({ id, host, spec, refused, lastAt, error }: Source, series: SeriesBook): MetricSource {
  const name = withoutSecrets(new URL(spec.url));
  return { kind: "scrape", name, subject: `host:${host}`, series: series.countOf(id), refused, lastAt, error };
}
