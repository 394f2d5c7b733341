import type { HostDirect, HostFpmPool } from "../kernel/model/host-service-answers.ts";
import { milliseconds } from "./figures.ts";
import { isNear, line, notable, plain, type WhyLine, type WhySaying, type WhyTellers } from "./host-why-line.ts";
import { withRest } from "./host-why-system.ts";

const slowScripts = 3;

/** What the programs behind web servers answered, and the pools they are served by. */
export const backendTellers: WhyTellers = {
  fpm: (pools, saying) =>
    withRest(
      pools.flatMap((pool) => poolLines(pool, saying)),
      saying.say,
    ),
  direct: (asked, saying) =>
    withRest(
      asked.map((one) => directLine(one, saying)),
      saying.say,
    ),
};

/** A pool that nobody uses is no trouble; its door is told of only when something else of it is there. */
function poolLines(pool: HostFpmPool, { say, use }: WhySaying): readonly WhyLine[] {
  const { name, listen, door, children, most, status, timeouts } = pool;
  if (door === "closed") return [plain(say.poolClosed(name, listen))];
  const used = { used: status?.active ?? children, limit: most?.children ?? null };
  const waiting = door?.waiting ?? 0;
  return [
    line(say.pool(name, use(used)), status !== null && isNear(used)),
    ...(waiting > 0 ? [notable(say.poolWaiting(name, waiting))] : []),
    ...timeouts.map(({ setting, seconds, where }) => plain(say.timeout(setting, String(seconds), where ?? ""))),
    ...pool.slowScripts.slice(0, slowScripts).map(({ path, count }) => plain(say.poolSlow(path, count))),
  ];
}

function directLine({ backend, page, outcome, status, totalMs }: HostDirect, { say, lang }: WhySaying): WhyLine {
  const [where, took] = [`${backend}${page}`, milliseconds(totalMs, lang)];
  if (status !== null) return line(say.answeredDirectly(where, status, took), status >= 500);
  const isSilent = outcome === "silent" || outcome === "no-connection";
  return notable(isSilent ? say.silentDirectly(where, took) : say.refusedDirectly(where));
}
