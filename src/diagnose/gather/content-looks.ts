import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { Watched } from "./attempts.ts";
import { orAborted } from "./noted.ts";

/** What freshly installed servers, empty folders and closed accounts show. Source: the packages' own pages. */
const installed = [
  "It works!",
  "Welcome to nginx!",
  "(?:Apache2|Apache HTTP Server).{0,40}(?:Default|Test) Page",
  "Test Page for the",
  "Index of /",
  "IIS Windows",
  "default (?:web ?)?(?:site|page|server)",
  "[Aa]ccount (?:has been )?[Ss]uspended",
  "初期(?:ページ|画面)",
  "サーバー?の初期設定",
  "アカウントは停止",
].join("|");
/** It follows the first wave, whose time it shares. */
const lookMs = 900;
const mostLooks = 12;
/** A page that is this many times longer or shorter than usual is looked at. */
const otherTimes = 1.5;

type Answer = (checkId: string, vantage: string) => boolean | null;

/** Looks once more at pages that are not as they should be, for the words of a fresh installation. */
export async function installationLooks(
  sources: DiagnosisSources,
  watched: readonly Watched[],
  signal: AbortSignal,
): Promise<Answer> {
  const odd = watched.filter(isOdd).slice(0, mostLooks);
  const found = new Map<string, boolean | null>();
  await Promise.all(
    odd.map(async ({ check, vantage }) => {
      const keys = { http: check.target, expect: { status: ["2xx", "3xx", "4xx"], matches: installed } };
      const result = await orAborted(sources.look(vantage, { kind: "http", keys, timeoutMs: lookMs }), signal, null);
      if (result === null || result.outcome === "unknown") return;
      const looksSo = result.outcome !== "down";
      found.set(`${check.id} ${vantage}`, looksSo || result.layer === "content" ? looksSo : null);
    }),
  );
  return (checkId, vantage) => found.get(`${checkId} ${vantage}`) ?? null;
}

function isOdd({ check, now, usual }: Watched): boolean {
  if (check.kind !== "http" || now === null || now.outcome === "unknown") return false;
  if (now.layer === "content") return true;
  const bytes = now.facts["bodyBytes"];
  if (typeof bytes !== "number" || usual.bodyBytes === null || usual.bodyBytes === 0) return false;
  return bytes > usual.bodyBytes * otherTimes || bytes < usual.bodyBytes / otherTimes;
}
