import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import { usualOf } from "./attempts.ts";
import type { Tried } from "../evidence/attempts.ts";
import type { Situation } from "./situation.ts";

const usualMs = 2 * 3_600_000;
const mostRows = 1_000;

/** The newest attempt of each of these checks from each vantage, beside what was usual before the window. */
export async function triedOf(
  sources: Pick<InsideSources, "checks" | "observations">,
  situation: Situation,
  wanted: readonly CheckStatus[],
): Promise<readonly Tried[]> {
  if (wanted.length === 0) return [];
  const now = new Map(sources.checks().map((check) => [check.id, check]));
  const rows = await sources.observations({
    checkIds: wanted.map(({ id }) => id),
    fromMs: situation.fromMs - usualMs,
    toMs: situation.fromMs,
    limit: mostRows,
  });
  return wanted.flatMap((check) =>
    (now.get(check.id) ?? check).cells.flatMap(({ vantage, last, stale }): Tried[] => {
      if (last === null || stale) return [];
      const own = rows.filter((row) => row.checkId === check.id && row.vantage === vantage).toReversed();
      return [{ kind: check.kind, result: last, usual: usualOf(own) }];
    }),
  );
}
