import { verifyClock } from "../../../hands/verify-clock.ts";
import type { AftercareCheck, AftercareInput, AftercareOutcome } from "../../../kernel/model/aftercare.ts";
import type { Facts } from "../../../kernel/model/observation.ts";
import { outcome, unobserved } from "../outcome.ts";
import { clockOf, clockVerdict, jobsSeconds } from "../clock.ts";
import { clockRepairOf, type ClockRepair } from "../clock-repair.ts";

/** The host's clock is right, by a second opinion and never by its own word. */
export function clockOffset(repair: ClockRepair): AftercareCheck {
  return {
    id: "clock-offset",
    group: "clock",
    weight: "critical",
    needs: ["clock"],
    after: ["same-machine"],
    isWaivable: false,
    appliesTo: (input) => input.before !== null || input.after !== null || input.outsideAfter.clock !== null,
    compare(input) {
      const clock = clockOf(input);
      if (!input.outsideAfter.isHubClockSure) return unobserved("hub-clock-unsure");
      // readings that contradict each other so far tell nothing
      if (clock === null || clock.uncertaintySeconds > jobsSeconds) return unobserved("no-reading");
      const verdict = clockVerdict(clock);
      const { offsetSeconds, uncertaintySeconds } = clock;
      const facts = { offsetSeconds, uncertaintySeconds, isCritical: verdict.isCritical };
      if (verdict.result === "pass") return staying(input, facts);
      return outcome(verdict.result, {
        facts: { ...facts, ...refusal(input, repair) },
        repairs: offered(input, repair),
      });
    },
  };
}

/** A clock that was set counts as right only when it stays so: setting it is not the proof. */
function staying({ clockSinceSet, after }: AftercareInput, facts: Facts): AftercareOutcome {
  if (clockSinceSet === null) return outcome("pass", { facts });
  const { state, movedSeconds, suspects } = verifyClock(clockSinceSet, after);
  const all = { ...facts, movedSeconds };
  if (state === "settled") return outcome("pass", { facts: all });
  if (state === "moving") return outcome("warn", { facts: { ...all, isMoving: true }, items: suspects });
  return unobserved(state === "unsure" ? "clock-coarse" : "clock-settling", all);
}

function offered(input: AftercareInput, repair: ClockRepair): ReturnType<typeof outcome>["repairs"] {
  const made = clockRepairOf(input, repair);
  return made === null || "refused" in made ? [] : [made];
}

function refusal(input: AftercareInput, repair: ClockRepair): { refusedJa?: string; refusedEn?: string } {
  const made = clockRepairOf(input, repair);
  return made !== null && "refused" in made ? { refusedJa: made.refused.ja, refusedEn: made.refused.en } : {};
}
