import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";
import type { HostNic } from "../../kernel/model/host-answers.ts";

/** Errors by packets and carrier. Errors: over 1 %. */
export const hsNic = evidence({
  id: "hs.nic",
  bundle: "ssh",
  title: { ja: "ネットワークカード", en: "network card" },
  states: ["ok", "errs", "down"],
  stateWords: {
    ok: { ja: "正常です", en: "fine" },
    errs: { ja: "通信エラーが出ています", en: "shows errors" },
    down: { ja: "リンクがありません", en: "no link" },
  },
  leak: [0.02, 0.002],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  /** The kernel counts errors, and packets thrown away, in the second looked at; the value is how many there were. */
  read({ answers, usual }: HostInside): Reading | MissingReason {
    if (answers.nic === null) return whyNot(answers, "nic");
    const raw = answers.raw.nic ?? "";
    const dead = answers.nic.filter((card) => hasNoLink(card) && usual?.cardsUp?.includes(card.name) === true);
    if (dead.length > 0) {
      return told("down", dead.length, { detail: dead.map(({ name }) => `${name} NO-CARRIER`).join(", "), raw });
    }
    const worst = answers.nic.toSorted((a, b) => lostOf(b) - lostOf(a))[0];
    if (worst === undefined) return told("ok", 0, { raw });
    const lost = Math.round(lostOf(worst) * 10) / 10;
    return told(lost > lostPerSecond ? "errs" : "ok", lost, { detail: `${worst.name} ${lost}/s`, raw });
  },
});

/** One lost packet now and then is the noise of any card. */
const lostPerSecond = 1;

function hasNoLink({ carrier, state }: HostNic): boolean {
  return carrier === false || state === "down";
}

function lostOf({ errorsPerSecond, dropsPerSecond, shapers }: HostNic): number {
  return errorsPerSecond + dropsPerSecond + shapers.reduce((sum, one) => sum + one.droppedPerSecond, 0);
}
