import type { FastifyInstance, FastifyRequest } from "fastify";
import { KoboshiError } from "../kernel/errors.ts";
import type { LogSearch } from "../kernel/ports-logs.ts";
import { readMoment } from "../readers/schedule/moment.ts";
import type { Script } from "./assets.ts";
import type { PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { queryText } from "./fields.ts";
import { logsPage, type LogFilter, type LogWindow } from "./pages/logs.tsx";
import { showPage } from "./read-routes.ts";

const minuteMs = 60_000;
const weekMs = 7 * 24 * 60 * minuteMs;
const shownLines = 200;
/** What is looked at around an incident, before and after its beginning. */
const beforeMs = 15 * minuteMs;
const afterMs = 5 * minuteMs;

/** Log lines: first what is not as usual, then a search. */
export function logWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/logs", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const filter = filterOf(request);
      const window = await windowOf(deps, filter, context);
      const host = filter.host === "" ? {} : { host: filter.host };
      const around = await deps.logs.templatesAround({ ...window, compareMs: weekMs, ...host });
      const search = searchOf(filter, window);
      const found = search === null ? null : await deps.logs.search(search);
      return logsPage(context, { filter, window, around, found, shownLines, state: deps.logs.state() });
    }),
  );
}

function filterOf(request: FastifyRequest): LogFilter {
  const of = (name: string): string => queryText(request, name).slice(0, 1_000);
  return {
    incident: of("incident"),
    news: of("news"),
    host: of("host"),
    source: of("source"),
    template: of("template"),
    text: of("text"),
    field: of("field"),
    severity: of("severity"),
    from: of("from"),
    to: of("to"),
    before: of("before"),
  };
}

/** Around the incident named, else as asked for, else the newest minutes. */
async function windowOf(deps: WebDeps, filter: LogFilter, { now, site }: PageContext): Promise<LogWindow> {
  if (/^[1-9]\d{0,8}$/.test(filter.incident)) {
    const incident = await deps.ledger.read.incident(Number(filter.incident));
    if (incident === null) throw new KoboshiError("KB1002", { what: `#${filter.incident}` });
    const { atMs } = incident.startedAt;
    return { fromMs: atMs - beforeMs, toMs: atMs + afterMs, incidentId: incident.id };
  }
  const toMs = readMoment(filter.to, site.timeZone) ?? now.atMs + minuteMs;
  const fromMs = readMoment(filter.from, site.timeZone) ?? toMs - beforeMs - afterMs;
  return { fromMs, toMs, incidentId: null };
}

/** Only when something was asked for: the page opens with what stands out, not with a list. */
function searchOf(filter: LogFilter, { fromMs, toMs }: LogWindow): LogSearch | null {
  const { host, source, template, text, field, severity, before } = filter;
  if ([source, template, text, field, severity, filter.from, filter.to, host].every((one) => one === "")) return null;
  const [, atMs, seq] = /^(\d{1,16})\.(\d{1,16})$/.exec(before) ?? [];
  return {
    fromMs,
    toMs,
    limit: shownLines,
    ...(host === "" ? {} : { host }),
    ...(source === "" ? {} : { source }),
    ...(template === "" ? {} : { templateId: template }),
    ...(text === "" ? {} : { text }),
    ...fieldOf(field),
    ...(/^[0-7]$/.test(severity) ? { severityAtMost: Number(severity) } : {}),
    ...(atMs === undefined || seq === undefined ? {} : { before: { atMs: Number(atMs), seq: Number(seq) } }),
  };
}

function fieldOf(field: string): Pick<LogSearch, "fields"> {
  if (field === "") return {};
  const equals = field.indexOf("=");
  if (equals <= 0) throw new KoboshiError("KB2210", { written: field.slice(0, 100) });
  return { fields: { [field.slice(0, equals)]: field.slice(equals + 1) } };
}
