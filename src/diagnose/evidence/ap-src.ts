import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { type Traffic } from "./log-lines.ts";
import { type Request } from "../lines/requests.ts";
import { groupedBy } from "../lines/rates.ts";
import type { HostUnfinished } from "../../kernel/model/host-answers.ts";

/** Few: ten addresses send over 60 %; botnet: many new ones with odd agents. */
export const apSrc = evidence({
  id: "ap.src",
  bundle: "lines",
  title: { ja: "発信元の偏り", en: "where requests come from" },
  states: ["ok", "few", "botnet"],
  stateWords: {
    ok: { ja: "偏りはありません", en: "spread as usual" },
    few: { ja: "少数の発信元に偏っています", en: "from few addresses" },
    botnet: { ja: "見慣れない多数の発信元から届いています", en: "from many unknown addresses" },
  },
  leak: [0.03, 0.005],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 0,
  unit: "%",

  /** Few senders are usual for a small site: they count where the share of the ten, or the amount, is not the usual one. */
  read(traffic: Traffic): Reading | MissingReason {
    const { requests, usual, usualRate } = traffic;
    if (requests.length === 0) return "not-configured";
    const senders = sendersOf(requests);
    if (requests.length < fewRequests || senders.size === 0) return told("ok", 0);
    // who usually comes is not known yet
    return usualRate === null ? "not-configured" : compared(traffic, { senders, known: sendersOf(usual) });
  },

  /**
   * Connections whose senders do not finish asking leave no line in a log while they hold the workers (slow headers, Slowloris).
   * Null: too few to be more than slow lines, or not most of those that stand.
   */
  readHeld(held: readonly HostUnfinished[]): Reading | null {
    const [open, unfinished] = [sum(held.map((one) => one.open)), sum(held.map((one) => one.unfinished))];
    if (unfinished < manyHeld || unfinished < heldRatio * open) return null;
    const senders = Math.max(...held.map((one) => one.senders));
    return told(senders <= most ? "few" : "botnet", Math.round((unfinished / open) * 100), {
      detail: `${unfinished} / ${open}, ${senders} IP`,
    });
  },
});

const manyHeld = 50;
const heldRatio = 0.5;

function compared(traffic: Traffic, { senders, known }: Senders): Reading {
  const { requests, usual } = traffic;
  const isMore = isMoreThanUsual(traffic);
  const fresh = known.size > 0 && isMore ? strangersIn(requests, { senders, known }) : null;
  if (fresh !== null) return told("botnet", fresh.percent, { detail: `${fresh.count} IP ${fresh.percent}%` });
  const share = shareOfTen(senders, requests.length);
  const isUnusual = isMore || share > shareOfTen(known, usual.length) + otherRatio;
  const [top] = [...senders].toSorted(([, a], [, b]) => b - a);
  return told(share > fewRatio && isUnusual && known.size > 0 ? "few" : "ok", Math.round(share * 100), {
    detail: top === undefined ? "" : `${top[0]} ${Math.round((top[1] / requests.length) * 100)}%`,
  });
}

const fewRequests = 50;
const fewRatio = 0.6;
const otherRatio = 0.2;
const moreTimes = 2;
const manySenders = 50;
const freshRatio = 0.7;
const most = 10;
/** Of what new senders ask, one and the same program or none named. */
const oddRatio = 0.6;

function isMoreThanUsual({ rate, usualRate }: Traffic): boolean {
  return rate !== null && usualRate !== null && rate > moreTimes * usualRate;
}

interface Senders {
  readonly senders: ReadonlyMap<string, number>;
  readonly known: ReadonlyMap<string, number>;
}

/** Many that never came before, sending most of it, with the same program; null: they are not that. */
function strangersIn(
  requests: readonly Request[],
  { senders, known }: Senders,
): { count: number; percent: number } | null {
  const fresh = [...senders.keys()].filter((client) => !known.has(client));
  const share = sum(fresh.map((client) => senders.get(client) ?? 0)) / requests.length;
  const isSo = fresh.length >= manySenders && share > freshRatio && hasOddAgents(requests, fresh);
  return isSo ? { count: fresh.length, percent: Math.round(share * 100) } : null;
}

function sendersOf(requests: readonly Request[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { client } of requests) if (client !== null) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}

function shareOfTen(senders: ReadonlyMap<string, number>, total: number): number {
  const counts = [...senders.values()].toSorted((a, b) => b - a).slice(0, most);
  return total === 0 ? 0 : sum(counts) / total;
}

function hasOddAgents(requests: readonly Request[], fresh: readonly string[]): boolean {
  const clients = new Set(fresh);
  const agents = requests
    .filter(({ client }) => client !== null && clients.has(client))
    .map(({ agent }) => (agent ?? "").replaceAll(/\d[\d._]*/g, "#"));
  const groups = groupedBy(agents, (agent) => agent);
  const largest = Math.max(0, ...[...groups.values()].map((group) => group.length));
  return largest / Math.max(1, agents.length) > oddRatio;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
