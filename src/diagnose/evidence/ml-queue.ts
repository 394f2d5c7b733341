import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { told } from "./inside.ts";
import type { HostMail } from "../../kernel/model/host-service-answers.ts";

/** Deferred mail in the queue. */
export const mlQueue = evidence({
  id: "ml.queue",
  bundle: "mail",
  title: { ja: "配送待ちのメール", en: "mail waiting" },
  states: ["ok", "grow", "huge"],
  stateWords: {
    ok: { ja: "ふだんどおりです", en: "as usual" },
    grow: { ja: "増えています", en: "growing" },
    huge: { ja: "大量にたまっています", en: "a great many" },
  },
  leak: [0.04, 0.004],
  group: "mq",
  timeoutSeconds: 4,
  risk: 1,
  unit: "count",

  /** @param found.usual mails that wait on a healthy day; null: not known, then none is taken to be usual */
  read({ mail, usual }: { readonly mail: HostMail; readonly usual: number | null }): Reading | MissingReason {
    if (mail.queues === null) return "denied";
    const waiting = waitingIn(mail.queues);
    const before = usual ?? 0;
    const isHuge = waiting >= hugeCount && waiting > hugeTimes * before;
    const isMore = waiting >= moreCount && waiting > moreTimes * before;
    const reason = mail.reasons[0];
    return told(isHuge ? "huge" : isMore ? "grow" : "ok", waiting, {
      detail: [`${waiting}`, reason === undefined ? "" : reason.text.slice(0, 100)]
        .filter((part) => part !== "")
        .join(" "),
      sender: mail.senders[0]?.text ?? null,
      raw: [...mail.reasons, ...mail.senders].map(({ count, text }) => `${count} ${text}`).join("\n"),
    });
  },
});

const moreCount = 20;
const moreTimes = 3;
const hugeCount = 500;
const hugeTimes = 10;

/** Mails that a person holds back wait for that person. */
export function waitingIn(queues: Readonly<Record<string, number>>): number {
  return Object.entries(queues).reduce((sum, [name, count]) => (name === "hold" ? sum : sum + count), 0);
}
