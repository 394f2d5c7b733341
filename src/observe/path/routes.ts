import { stampNow } from "../../kernel/clock.ts";
import type { Hop, Route } from "../../kernel/ports-paths.ts";
import { fits, learn, routeText } from "./route.ts";
import { tell, type PathDesk } from "./desk.ts";
import type { Watched } from "./watched.ts";
import { wayId } from "./way-id.ts";

const keptRoutes = 20;

/** Makes of a trace what it tells: the ledger holds only what differs, and a change is told when it was seen twice. */
export async function takeTrace(desk: PathDesk, one: Watched, hops: readonly Hop[]): Promise<void> {
  if (hops.length === 0) return;
  const { belief, news } = learn(one.belief, hops);
  const since = stampNow(desk.clock);
  const { vantage } = one;
  const target = one.target.host;
  if (news === "first" || news === "changed") {
    const route: Route = { hops: belief.hops, reached: belief.reached, since };
    await keep(desk, { vantage, target, route, before: one.route });
    one.before = one.route;
    one.route = route;
  }
  if (news === "better" && one.route !== null) {
    const route = { ...one.route, hops: belief.hops, reached: belief.reached };
    await desk.ledger.transaction((tx) => tx.replaceNewestRoute({ vantage, target, route }));
    one.route = route;
  }
  one.belief = belief;
  if (news === "changed") tellChange(desk, one);
}

interface Change {
  readonly vantage: string;
  readonly target: string;
  readonly route: Route;
  readonly before: Route | null;
}

async function keep({ ledger }: PathDesk, { vantage, target, route, before }: Change): Promise<void> {
  await ledger.transaction(async (tx) => {
    await tx.insertRoute({ vantage, target, route }, keptRoutes);
    if (before === null) return;
    const data = { target, vantage, before: routeText(before.hops), after: routeText(route.hops) };
    await tx.append({ kind: "path.changed", actor: "koboshi", incidentId: null, data });
  });
}

/** A way back to where it was ends the signal; another way again renews it. */
function tellChange(desk: PathDesk, { vantage, target, route, before, address }: Watched): void {
  if (route === null || before === null) return;
  const { signals } = desk;
  const { host, subject, checkIds } = target;
  const way = wayId(vantage, host);
  const original = signals.facts("route", way)?.["original"];
  const first = typeof original === "string" ? original : JSON.stringify(before.hops.map((hop) => hop.slice(0, 4)));
  if (original !== undefined && fits(JSON.parse(first) as readonly Hop[], route.hops)) {
    tell(desk, signals.close("route", way));
    return;
  }
  const facts = {
    vantage,
    address,
    before: routeText(before.hops),
    after: routeText(route.hops),
    hopsBefore: before.hops.length,
    hopsAfter: route.hops.length,
    firstDifferentHop: differsAt(before.hops, route.hops),
    original: first,
  };
  const told = { vantage, target: host, subject, checkId: checkIds[0] ?? null, startedAt: route.since, facts };
  tell(desk, signals.open("route", told));
}

/** the first hop, from 1, at which the ways part */
function differsAt(before: readonly Hop[], after: readonly Hop[]): number {
  const at = after.findIndex(
    (hop, index) => hop.length > 0 && !hop.some((one) => before[index]?.includes(one) === true),
  );
  return at < 0 ? after.length : at + 1;
}
