import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { HostedService } from "./host-services.ts";
import type { Situation } from "./situation.ts";
import { triedOf } from "./tried.ts";

/** A page of a machine's web services that a check asks for. */
export interface CheckedPage {
  /** without its query */
  readonly path: string;
  /** how long the check usually takes for it; null: not known */
  readonly usualP95Ms: number | null;
}

type PageSources = Pick<InsideSources, "checks" | "observations">;

/** Those of the first services first. */
export async function checkedPages(
  sources: PageSources,
  situation: Situation,
  services: readonly HostedService[],
): Promise<readonly CheckedPage[]> {
  const checks = services.flatMap(({ key }) =>
    situation.cells.filter(({ service, kind, state }) => service === key && kind === "http" && state !== "paused"),
  );
  const pages = new Map<string, readonly CheckStatus[]>();
  for (const check of checks) {
    const path = pathOf(check);
    if (path !== null) pages.set(path, [...(pages.get(path) ?? []), check]);
  }
  return Promise.all(
    [...pages].map(async ([path, own]) => ({ path, usualP95Ms: await usualMs(sources, situation, own) })),
  );
}

/** That its checks ask for, each once. */
export function pathsOf({ cells }: Situation, { key }: HostedService): readonly string[] {
  const own = cells.filter(({ service, kind }) => service === key && kind === "http");
  return [...new Set(own.flatMap((check) => pathOf(check) ?? []))];
}

function pathOf({ target }: CheckStatus): string | null {
  return URL.canParse(target) ? new URL(target).pathname : null;
}

/** The quickest way to it says the most of the program itself. */
async function usualMs(
  sources: PageSources,
  situation: Situation,
  checks: readonly CheckStatus[],
): Promise<number | null> {
  const usual = (await triedOf(sources, situation, checks)).flatMap((tried) => tried.usual.totalP95Ms ?? []);
  return usual.length === 0 ? null : Math.min(...usual);
}
