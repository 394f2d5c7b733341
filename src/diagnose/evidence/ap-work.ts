import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { percentText, told } from "./inside.ts";
import { type Counted } from "./log-lines.ts";
import { excerpt } from "../lines/signs.ts";
import type { HostWeb } from "../../kernel/model/host-service-answers.ts";

/** Busy workers of those there are. High: over 80 %; full: none left. */
export const apWork = evidence({
  id: "ap.work",
  bundle: "svc",
  title: { ja: "処理枠", en: "workers" },
  states: ["ok", "high", "full"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "残りわずかです", en: "few left" },
    full: { ja: "使い切っています", en: "all are busy" },
  },
  leak: [0.05, 0.005],
  group: "app",
  timeoutSeconds: 4,
  risk: 1,
  tellsOfBehind: true,
  unit: "%",

  /** What the server's status shows now; else what its log says of it in the window. */
  read({ workers, lines }: WorkersInUse): Reading | MissingReason {
    const said = lines ?? [];
    if (workers === null && lines === null) return "not-configured";
    const ratio = workers === null || workers.most === 0 ? null : workers.busy / workers.most;
    const isFull = said.length > 0 || (ratio !== null && ratio >= fullRatio);
    const state = isFull ? "full" : ratio !== null && ratio > highRatio ? "high" : "ok";
    const value = ratio === null ? null : Math.round(ratio * 100);
    return told(state, value, { detail: detailOf({ workers, lines }), raw: excerpt(said) });
  },

  /** Connections that nobody has taken up yet; null: too few to say that nobody could. */
  readQueues(queues: readonly Queue[]): Reading | null {
    const [longest] = queues.toSorted((a, b) => b.waiting - a.waiting);
    if (longest === undefined || longest.waiting < fewWaiting) return null;
    const { local, waiting, backlog } = longest;
    return told("full", null, { detail: `listen ${local} ${waiting}/${backlog}` });
  },
});

export interface WorkersInUse {
  readonly workers: HostWeb["workers"];
  /** that say no worker was left; null: no log of it is followed */
  readonly lines: Counted["lines"] | null;
}

export interface Queue {
  readonly local: string;
  readonly waiting: number;
  readonly backlog: number;
}

/** A busy server has some on its doorstep at any time. */
const fewWaiting = 16;
const highRatio = 0.8;
/** The worker that shows its own status is one of them. */
const fullRatio = 0.99;

const named = /AH\d{5}|max_children|worker_connections|MaxRequestWorkers/;

/** `AH00484 150/150 100%` */
function detailOf({ workers, lines }: WorkersInUse): string {
  const code = lines?.[0] === undefined ? null : named.exec(lines[0].text)?.[0];
  const share = workers === null ? null : percentText(workers.busy / Math.max(1, workers.most));
  return [code, workers === null ? null : `${workers.busy}/${workers.most} ${share}`].filter((part) => part).join(" ");
}
