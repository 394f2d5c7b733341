import type { AftercareCheck, AftercareInput, Repair } from "../../../kernel/model/aftercare.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { look, outcome, unobserved } from "../outcome.ts";
import { compareChecks, ofKinds, watched } from "../outside.ts";
import { usualStep } from "../../../hands/usual-step.ts";

const isOfMail = ofKinds("roundtrip", "smtp", "imap", "pop3");
/** A queue grows by what could not go out meanwhile; ten times as much is more than that. [judged] */
const mostGrowth = 10;

/** Mail goes out and comes in, and no more of it waits than the work explains. */
export const mailFlow: AftercareCheck = {
  id: "mail-flow",
  group: "checks",
  weight: "critical",
  needs: ["svc"],
  after: ["clock-offset", "name-resolution", "network", "units-running", "ports"],
  isWaivable: true,
  appliesTo: (input) =>
    watched(input.outsideAfter).some(isOfMail) ||
    [input.before, input.after].some((each) => look(each, "svc", "after").section?.["mail-queue"] !== undefined),
  compare(input) {
    const { silent, unseen, answering } = compareChecks(input, isOfMail);
    const [before, after] = [queueOf(input.before), queueOf(input.after)];
    const facts = {
      answeringCount: answering.length,
      queueBefore: before,
      queueAfter: after,
      roundTrip: watched(input.outsideAfter).some(ofKinds("roundtrip")),
    };
    const isLong = after !== null && after >= mostGrowth && after >= (before ?? 0) * mostGrowth;
    const items = silent.map(({ name }) => name);
    const repairs = isLong ? [flush()] : [];
    if (silent.length > 0) return outcome("fail", { facts, items, repairs });
    if (isLong) return outcome("warn", { facts, items, repairs });
    if (unseen.length > 0) return unobserved("no-reading", facts);
    // from outside it is seen to flow; a queue that never could be read does not change that
    if (after === null && answering.length === 0) return unobserved("no-reading", facts);
    return outcome("pass", { facts });
  },
};

/** `1+`: at least so many; null: it was not to be seen. */
function queueOf(snapshot: AftercareInput["after"]): number | null {
  const found = /^\d+/.exec(look(snapshot, "svc", "after").section?.["mail-queue"] ?? "")?.[0];
  return found === undefined ? null : Number(found);
}

function flush(): Repair {
  return {
    id: "flush-queue",
    title: repairText((say) => say.flushQueue),
    steps: [
      usualStep({
        id: "flush",
        says: repairText((say) => say.flushOnce),
        command:
          "if command -v postqueue >/dev/null; then postqueue -f; elif command -v exim >/dev/null; then exim -qff; else sendmail -q; fi",
      }),
      usualStep({
        id: "verify",
        says: repairText((say) => say.queueSeen),
        command: "if command -v postqueue >/dev/null; then postqueue -p; else mailq; fi | tail -n 1",
      }),
    ],
    isSafeTwice: true,
    warnings: [repairText((say) => say.flushAgain)],
  };
}
