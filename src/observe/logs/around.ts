import type { LogDesk, TemplateNews, TemplateRow, TemplatesAround } from "../../kernel/ports-logs.ts";
import type { TelemetryReads, TemplateCount } from "../../storage/telemetry/telemetry.ts";

type Asked = Parameters<LogDesk["templatesAround"]>[0];

/** More templates than anyone reads; the most frequent come first, and a new one is rarely so frequent. */
const mostTemplates = 5_000;
const surgeTimes = 10;
const surgeLeast = 20;
/** Lines of which there are so few stand out by that alone. */
const rareMost = 3;
const goneLeast = 2;
const longestExample = 500;

const order: readonly TemplateNews[] = ["new", "surging", "gone", "rare", "usual"];

/** What a window says beside what was said in the window compared with. */
export async function templatesAround(
  read: Pick<TelemetryReads, "logTemplates">,
  { fromMs, toMs, compareMs, host }: Asked,
  templateOf: (source: string, templateId: string) => string | null,
): Promise<TemplatesAround> {
  const of = host === undefined ? {} : { host };
  const now = await read.logTemplates({ fromMs, toMs, ...of, limit: mostTemplates });
  const then = await read.logTemplates({
    fromMs: fromMs - compareMs,
    toMs: toMs - compareMs,
    ...of,
    limit: mostTemplates,
  });
  const knownSources = new Set(then.map(({ source }) => source));
  const before = grouped(then);
  const after = grouped(now);
  const rowOf = (row: TemplateCount, count: number, usual: number): TemplateRow => ({
    ...row,
    templateId: row.templateId ?? "",
    template: (row.templateId === null ? null : templateOf(row.source, row.templateId)) ?? row.example.slice(0, 300),
    example: row.example.slice(0, longestExample),
    count,
    usual,
    news: knownSources.has(row.source) ? newsOf(count, usual) : count <= rareMost ? "rare" : "usual",
  });
  const rows = [...after].map(([key, row]) => rowOf(row, row.count, before.get(key)?.count ?? 0));
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, row]) => rowOf(row, 0, row.count));
  const shown = [...rows, ...gone.filter(({ news }) => news === "gone")];
  return {
    fromMs,
    toMs,
    comparedFromMs: then.length === 0 ? null : fromMs - compareMs,
    rows: shown.sort(
      (a, b) =>
        order.indexOf(a.news) - order.indexOf(b.news) || (a.severity ?? 9) - (b.severity ?? 9) || b.count - a.count,
    ),
  };
}

function newsOf(count: number, usual: number): TemplateNews {
  if (count === 0) return usual >= goneLeast ? "gone" : "usual";
  if (usual === 0) return "new";
  if (count > Math.max(surgeTimes * usual, surgeLeast)) return "surging";
  return count <= rareMost && usual <= rareMost ? "rare" : "usual";
}

function grouped(rows: readonly TemplateCount[]): Map<string, TemplateCount> {
  return new Map(rows.map((row) => [`${row.templateId ?? ""} ${row.source}`, row]));
}
