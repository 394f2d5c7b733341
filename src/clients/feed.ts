import { runAttempt, stop, type AttemptLimits, type Stop } from "./attempt.ts";
import { readBody } from "./http.ts";
import { visit } from "./http-visit.ts";
import { readPageText } from "./page-text.ts";
import { err, ok, type Result } from "../kernel/result.ts";

/** What a server wants to hear to say "nothing new". */
export interface FeedMark {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface FeedWanted {
  /** of the configuration, so it may be private; a redirect may leave its host only to public addresses */
  readonly url: string;
  readonly mark: FeedMark | null;
  /** reading stops there; what was read is used */
  readonly maxBytes: number;
}

export interface FeedFetched {
  /** null: nothing new since the mark */
  readonly text: string | null;
  readonly mark: FeedMark;
  /** there was more than `maxBytes` */
  readonly truncated: boolean;
  /** after redirects */
  readonly url: string;
}

const mostRedirects = 4;

/** Fetches a feed or page as text, in whatever charset, only when it changed. Source: RFC 9110 §13. */
export async function fetchFeed(limits: AttemptLimits, wanted: FeedWanted): Promise<Result<FeedFetched, Stop>> {
  const { url, mark, maxBytes } = wanted;
  let fetched: FeedFetched | null = null;
  let stopped: Stop | null = null;
  const result = await runAttempt(limits, async (attempt) => {
    const visited = await visit(attempt, {
      method: "GET",
      url: new URL(url),
      headers: {
        accept: "application/json, application/atom+xml, application/rss+xml, text/html;q=0.9, */*;q=0.5",
        "accept-encoding": "gzip, deflate, br",
        ...(mark?.etag == null ? {} : { "if-none-match": mark.etag }),
        ...(mark?.lastModified == null ? {} : { "if-modified-since": mark.lastModified }),
      },
      body: null,
      maxRedirects: mostRedirects,
      caFile: null,
      trustedHosts: new Set(),
    });
    if (!visited.ok) return (stopped = visited.error);
    const { message } = visited.value;
    const status = message.statusCode ?? 0;
    const found = { mark: markOf(message.headers), url: visited.value.url.href };
    if (status === 304 && mark !== null) {
      fetched = { text: null, truncated: false, url: found.url, mark };
      message.destroy();
      return null;
    }
    if (status < 200 || status > 299) {
      message.destroy();
      return (stopped = stop("application", "status", `HTTP ${status}`).error);
    }
    const body = await readBody(attempt, message, { maxBytes, keep: true });
    if (!body.ok) return (stopped = body.error);
    const { text } = readPageText(body.value.bytes, message.headers["content-type"]);
    fetched = { text, truncated: body.value.truncated, ...found };
    return null;
  });
  if (fetched !== null) return ok(fetched);
  return err(
    stopped ?? {
      outcome: "unknown",
      layer: result.layer ?? "dns",
      code: result.error?.code ?? "koboshi-fault",
      text: result.error?.text ?? "",
    },
  );
}

function markOf(headers: {
  readonly etag?: string | undefined;
  readonly "last-modified"?: string | undefined;
}): FeedMark {
  return { etag: bounded(headers.etag), lastModified: bounded(headers["last-modified"]) };
}

/** A mark is sent back with every question. */
function bounded(value: string | undefined): string | null {
  return value === undefined || value.length > 500 ? null : value;
}
