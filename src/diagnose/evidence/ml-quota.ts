import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { graded, percentText, told } from "./inside.ts";
import type { HostMail } from "../../kernel/model/host-service-answers.ts";

/** The fullest mailbox. */
export const mlQuota = evidence({
  id: "ml.quota",
  bundle: "mail",
  title: { ja: "メールボックスの使用量", en: "mailbox use" },
  states: ["ok", "high", "full"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "残りわずかです", en: "nearly full" },
    full: { ja: "上限に達しています", en: "full" },
  },
  leak: [0.05, 0.01],
  group: null,
  isExact: true,
  timeoutSeconds: 6,
  risk: 1,
  unit: "%",

  read({ quotas }: Pick<HostMail, "quotas">): Reading | MissingReason {
    if (quotas === null) return "not-configured";
    const fullest = quotas.toSorted((a, b) => b.usedRatio - a.usedRatio)[0];
    if (fullest === undefined) return told("ok", 0);
    const near = quotas.filter(({ usedRatio }) => usedRatio > highRatio);
    return told(graded(fullest.usedRatio, bounds, "ok"), Math.round(fullest.usedRatio * 100), {
      detail: `${fullest.user} ${percentText(fullest.usedRatio)}${near.length > 1 ? ` +${near.length - 1}` : ""}`,
      raw: near.map(({ user, usedRatio }) => `${user} ${percentText(usedRatio)}`).join("\n"),
    });
  },
});

const highRatio = 0.9;
/** The next mail of usual size does not fit. */
const fullRatio = 0.99;
const bounds = [
  [fullRatio, "full"],
  [highRatio, "high"],
] as const;
