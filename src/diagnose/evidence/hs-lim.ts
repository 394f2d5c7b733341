import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { isRecent, percentText, told, whyNot, type HostInside } from "./inside.ts";
import type { HostGroup, HostLimits } from "../../kernel/model/host-answers.ts";
import type { UsedOf } from "../../kernel/model/host-service-answers.ts";

/** Files, processes, tracked connections, listen queues. High: over 80 %; hit: reached. */
export const hsLim = evidence({
  id: "hs.lim",
  bundle: "ssh",
  title: { ja: "OS の上限", en: "limits of the system" },
  states: ["ok", "high", "hit"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "上限に近づいています", en: "close to a limit" },
    hit: { ja: "上限に達しています", en: "a limit is reached" },
  },
  leak: [0.02, 0.003],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  read(inside: HostInside): Reading | MissingReason {
    const { answers } = inside;
    if (answers.limits === null) return whyNot(answers, "limits");
    const used = usesOf(answers.limits).toSorted((a, b) => b.ratio - a.ratio);
    const [fullest] = used;
    const hits = [
      ...hitsOf(answers.limits),
      ...used.filter(({ ratio }) => ratio >= hitRatio).map(({ name, ratio }) => `${name} ${percentText(ratio)}`),
      ...kernelHits(inside),
    ];
    const value = fullest === undefined ? null : Math.round(fullest.ratio * 100);
    const raw = answers.raw.limits ?? "";
    if (hits.length > 0) return told("hit", value, { detail: [...new Set(hits)].slice(0, mostNamed).join(", "), raw });
    if (fullest === undefined) return told("ok", null, { raw });
    const state = fullest.ratio > highRatio ? "high" : "ok";
    return told(state, value, { detail: `${fullest.name} ${percentText(fullest.ratio)}`, raw });
  },
});

const highRatio = 0.8;
/** A limit that is nearly reached refuses already: what asks for several at once gets none. */
const hitRatio = 0.98;
const mostNamed = 3;

interface Use {
  readonly name: string;
  readonly ratio: number;
}

function use(name: string, one: UsedOf | null): readonly Use[] {
  return one === null || one.limit === null || one.limit <= 0 ? [] : [{ name, ratio: one.used / one.limit }];
}

function usesOf(limits: HostLimits): readonly Use[] {
  return [
    ...use("file-nr", limits.files),
    ...use("threads", limits.threads),
    ...use("nf_conntrack", limits.tracked),
    ...(limits.openFiles ?? []).flatMap((one) => use(`${one.name} nofile`, one)),
    ...limits.groups.filter(isOfProcesses).flatMap((one) => use(`cgroup ${one.path} pids`, one)),
  ];
}

/** Groups that are short of memory or processor time are told of elsewhere. */
function isOfProcesses({ kind }: HostGroup): boolean {
  return kind === "pids";
}

/** What was refused in the second between two looks. */
function hitsOf({ listenOverflows, listenDrops, queues, groups }: HostLimits): readonly string[] {
  const overflowing = Math.max(listenOverflows?.perSecond ?? 0, listenDrops?.perSecond ?? 0);
  const full = (queues ?? []).filter(({ waiting, backlog }) => backlog > 0 && waiting >= backlog);
  return [
    ...full.map(({ local, waiting, backlog }) => `listen ${local} ${waiting}/${backlog}`),
    ...(overflowing > 0 ? [`ListenOverflows +${Math.ceil(overflowing)}/s`] : []),
    ...groups.filter((one) => isOfProcesses(one) && one.hitsPerSecond > 0).map(({ path }) => `cgroup ${path} pids`),
  ];
}

function kernelHits(inside: HostInside): readonly string[] {
  const topics: Readonly<Record<string, string>> = {
    "connections-full": "nf_conntrack: table full",
    "syn-flood": "SYN flooding",
    "processes-full": "fork rejected by pids",
  };
  return (inside.answers.kern ?? [])
    .filter(({ atMs }) => isRecent(atMs, inside))
    .flatMap(({ topic }) => topics[topic] ?? []);
}
