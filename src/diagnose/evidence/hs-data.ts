import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { percentText, told, whyNot, type HostInside } from "./inside.ts";
import type { HostFolder } from "../../kernel/model/host-service-answers.ts";

/** Files and sizes watched for loss. Shrunk: over a fifth less; gone: the guard file is missing. */
export const hsData = evidence({
  id: "hs.data",
  bundle: "data",
  title: { ja: "データの有無", en: "whether the data is there" },
  states: ["ok", "shrunk", "gone"],
  stateWords: {
    ok: { ja: "そろっています", en: "all there" },
    shrunk: { ja: "大きく減っています", en: "much less than before" },
    gone: { ja: "なくなっています", en: "gone" },
  },
  leak: [0.01, 0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /** Gone: what was there while all was well is not, or more than 95 % of it is lost. Shrunk: more than a fifth. */
  read({ answers, usual }: HostInside): Reading | MissingReason {
    if (answers.data === null) return whyNot(answers, "data");
    const before = new Map((usual?.folders ?? []).map((one) => [one.path, one]));
    const losses = answers.data.flatMap((now) => lossOf(now, before.get(now.path) ?? null));
    if (losses.length === 0) return answers.data.length === 0 || usual === null ? "not-configured" : "denied";
    const worst = losses.reduce((a, b) => (b.lost > a.lost ? b : a));
    const state = worst.lost > goneRatio ? "gone" : worst.lost > shrunkRatio ? "shrunk" : "ok";
    return told(state, worst.files, {
      detail: state === "ok" ? "" : `${worst.path} −${percentText(worst.lost)}`,
      path: worst.path,
      raw: answers.raw.data ?? "",
    });
  },
});

const goneRatio = 0.95;
const shrunkRatio = 0.2;
/** Folders with fewer files change by a large part every day. */
const fewFiles = 5;

interface Loss {
  readonly path: string;
  /** share that is missing now */
  readonly lost: number;
  readonly files: number | null;
}

/** Empty: nothing to compare with, or it could not be counted. */
function lossOf(now: HostFolder, before: HostFolder | null): readonly Loss[] {
  if (before?.state !== "there") return [];
  const { path, files } = now;
  if (now.state === "gone") return [{ path, lost: 1, files: 0 }];
  if (now.state !== "there") return [];
  const byCount = (before.files ?? 0) < fewFiles ? 0 : shrink(before.files, files);
  return [{ path, lost: Math.max(byCount, shrink(before.bytes, now.bytes)), files }];
}

function shrink(was: number | null, is: number | null): number {
  return was === null || is === null || was <= 0 ? 0 : Math.max(0, 1 - is / was);
}
