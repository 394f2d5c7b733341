import type { JSX } from "preact";
import type { Lang } from "../../kernel/lang.ts";
import type { MetricPoint } from "../../storage/telemetry/telemetry.ts";
import { clockTime } from "../../words/format.ts";
import { ratioText, sizeText } from "../../words/host-findings.ts";
import { hostWords } from "../../words/hosts.ts";
import type { PageContext } from "../context.ts";
import { dayMs } from "../past.ts";
import { signedSeconds } from "./host-cells.ts";

/** The last 24 hours of each metric of a chart, oldest first. */
export type HostPast = ReadonlyMap<string, readonly MetricPoint[]>;

interface Chart {
  readonly word: "load" | "cpu" | "memory" | "disk" | "ioWait" | "network" | "clock";
  readonly metrics: readonly { readonly name: string; read(value: number): number }[];
  /** the upper end of the scale is at least this */
  readonly top: number;
  write(value: number, lang: Lang): string;
}

const same = (value: number): number => value;
const charts: readonly Chart[] = [
  { word: "load", metrics: [{ name: "loadOne", read: same }], top: 1, write: (value) => value.toFixed(2) },
  { word: "cpu", metrics: [{ name: "cpuBusyRatio", read: same }], top: 1, write: ratioText },
  {
    word: "memory",
    metrics: [{ name: "memoryAvailableRatio", read: (value) => 1 - value }],
    top: 1,
    write: ratioText,
  },
  { word: "disk", metrics: [{ name: "fullestDiskUsedRatio", read: same }], top: 1, write: ratioText },
  { word: "ioWait", metrics: [{ name: "ioWaitRatio", read: same }], top: 0.1, write: ratioText },
  {
    word: "network",
    metrics: [
      { name: "receivedBytesPerSecond", read: same },
      { name: "sentBytesPerSecond", read: same },
    ],
    top: 1_024,
    write: (value) => `${sizeText(value)}/s`,
  },
  { word: "clock", metrics: [{ name: "clockOffsetSeconds", read: same }], top: 0.1, write: signedSeconds },
];

export const chartMetrics: readonly string[] = charts.flatMap(({ metrics }) => metrics.map(({ name }) => name));

const stepMs = 600_000;
const steps = dayMs / stepMs;
const height = 60;

/** Small multiples on one span of time; what was not measured leaves a gap. */
export function HostCharts({ context, past }: { context: PageContext; past: HostPast }): JSX.Element {
  const say = hostWords(context.lang);
  const drawn = charts.filter(({ metrics }) => metrics.some(({ name }) => (past.get(name)?.length ?? 0) > 0));
  if (drawn.length === 0) return <p>{say.pastNone}</p>;
  return (
    <div class="chain">
      {drawn.map((chart) => (
        <Multiple key={chart.word} context={context} chart={chart} past={past} />
      ))}
    </div>
  );
}

function Multiple({ context, chart, past }: { context: PageContext; chart: Chart; past: HostPast }): JSX.Element {
  const { lang, site, now } = context;
  const say = hostWords(lang);
  const startMs = now.atMs - dayMs;
  const series = chart.metrics.map(({ name, read }) => stepped(past.get(name) ?? [], { startMs, read }));
  const values = series.flatMap((one) => [...one.values()]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = { low: Math.min(0, low), high: Math.max(chart.top, high) };
  const label = say.pastSentence(say[chart.word], chart.write(low, lang), chart.write(high, lang));
  const newest = series.map((one) => [...one.values()].at(-1) ?? 0);
  const names = chart.metrics.length > 1 ? [say.received, say.sent] : [say.now];
  return (
    <figure class="chart small">
      <figcaption>
        <b>{say[chart.word]}</b>{" "}
        {newest.map((value, index) => (
          <span key={names[index]}>
            {names[index]} {chart.write(value, lang)}
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${steps} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {series.map((one, index) => (
          <path
            key={chart.metrics[index]?.name}
            d={lineOf(one, scale)}
            class={`line l${index}`}
            stroke-dasharray={index === 0 ? "none" : "6 3"}
            vector-effect="non-scaling-stroke"
          />
        ))}
      </svg>
      <p class="mut">
        {clockTime(startMs, site.timeZone, lang)} – {clockTime(now.atMs, site.timeZone, lang)} {chart.write(low, lang)}–
        {chart.write(high, lang)}
      </p>
    </figure>
  );
}

/** The largest of each ten minutes: a peak must not be smoothed away. */
function stepped(
  points: readonly MetricPoint[],
  { startMs, read }: { startMs: number; read: (value: number) => number },
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { atMs, value } of points) {
    const step = Math.floor((atMs - startMs) / stepMs);
    if (step < 0 || step >= steps) continue;
    const now = read(value);
    const before = found.get(step);
    if (before === undefined || Math.abs(now) > Math.abs(before)) found.set(step, now);
  }
  return new Map([...found].toSorted(([a], [b]) => a - b));
}

function lineOf(series: ReadonlyMap<number, number>, { low, high }: { low: number; high: number }): string {
  let path = "";
  let before = Number.NaN;
  for (const [step, value] of series) {
    const y = Math.round((height - 2 - ((value - low) / Math.max(1e-9, high - low)) * (height - 4)) * 10) / 10;
    path += `${step === before + 1 ? "L" : "M"}${step} ${y}${step === before + 1 ? "" : "h.4"}`;
    before = step;
  }
  return path;
}
