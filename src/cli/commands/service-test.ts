import { KoboshiError } from "../../kernel/errors.ts";
import { sleep } from "../../kernel/clock.ts";
import { cliServiceWords } from "../../words/cli-service.ts";
import type { Command, Context } from "../command.ts";
import { checkLines, readService, serviceKey, serviceLine, type ServiceAnswer } from "../service-text.ts";

const pollMs = 250;
/** what a slow check and the way to a vantage elsewhere may take */
const patienceMs = 15_000;

export const serviceTest: Command = {
  name: "service test",
  summary: { ja: "いま全地点から確認する", en: "look now, from every vantage" },
  usage: "SERVICE",
  examples: ["koboshi service test shop", "koboshi service test shop --json", "koboshi service test shop --timeout 5s"],
  async run(context) {
    const { args, hub, lang, terminal } = context;
    const say = cliServiceWords(lang);
    const client = hub();
    const key = serviceKey(args, lang);
    const before = await readService(client, key);
    const ids = before.checks.filter(({ state }) => state !== "paused").map(({ id }) => id);
    if (ids.length === 0) throw new KoboshiError("KB1002", { what: say.noChecks(before.name) });
    await client.post("/api/v1/checks/probe", { ids });
    const { service, complete } = await untilSeen(context, () => readService(client, key), before);
    const lines = [
      say.tested(service.name),
      serviceLine(service, terminal, lang),
      ...checkLines(service, terminal, lang),
    ];
    return {
      exit: exitOf(service),
      json: { service, complete },
      text: [...lines, ...(complete ? [] : [say.notYet])].join("\n"),
      quiet: [service.state],
    };
  },
};

function exitOf({ state }: ServiceAnswer): number {
  if (state === "ok") return 0;
  return state === "down" || state === "affected" ? 4 : 3;
}

/** Waits until every vantage that can look has a newer reading than before, or patience ends. */
async function untilSeen(
  { clock, signal, timeoutMs }: Context,
  read: () => Promise<ServiceAnswer>,
  before: ServiceAnswer,
): Promise<{ service: ServiceAnswer; complete: boolean }> {
  const endMs = clock.monotonicMs() + Math.min(patienceMs, timeoutMs);
  for (;;) {
    const service = await read();
    const complete = isNewer(service, before);
    if (complete || clock.monotonicMs() >= endMs || signal.aborted) return { service, complete };
    await sleep(clock, pollMs, signal);
  }
}

function isNewer(now: ServiceAnswer, before: ServiceAnswer): boolean {
  const seen = new Map(timesOf(before));
  return timesOf(now).every(([cell, at]) => at !== null && at !== seen.get(cell));
}

/** By check and vantage, of those that can look: when it last did, with the attempt, since times are whole seconds. */
function timesOf(service: ServiceAnswer): [string, string | null][] {
  return service.checks
    .filter(({ state }) => state !== "paused")
    .flatMap(({ id, cells }) =>
      cells
        .filter(({ stale }) => !stale)
        .map(({ vantage, last }): [string, string | null] => {
          const total = last?.timings["totalMs"] ?? 0;
          return [`${vantage} ${id}`, last === null ? null : `${last.at} ${last.attempt} ${total}`];
        }),
    );
}
