import type { AftercareCheck, AftercareInput } from "../../../kernel/model/aftercare.ts";
import { listed, look, unobserved } from "../outcome.ts";
import { compareChecks, watched } from "../outside.ts";
import { startUnits } from "../repairs/units.ts";
import { hasOwnCheck, initOf, isLasting, unitStates } from "../units.ts";

/** Kinds that another check asks about with more knowledge. */
const elsewhere: ReadonlySet<string> = new Set(["mysql", "postgres", "redis", "roundtrip", "dns", "ntp"]);

/** Every check of the host and of the services on it answers as before. */
export const servicesAnswer: AftercareCheck = {
  id: "services-answer",
  group: "checks",
  weight: "critical",
  needs: ["units", "os"],
  after: ["reachable", "mounts", "network", "units-running", "ports", "database"],
  isWaivable: true,
  appliesTo: ({ outsideAfter }) => watched(outsideAfter).some(({ kind }) => !elsewhere.has(kind)),
  compare(input) {
    const { silent, unseen, silentBefore, answering } = compareChecks(input, ({ kind }) => !elsewhere.has(kind));
    const facts = {
      answeringCount: answering.length,
      unseenCount: unseen.length,
      silentBefore: silentBefore.map(({ name }) => name),
    };
    if (silent.length === 0 && unseen.length > 0) {
      return { ...unobserved("no-reading", facts), items: unseen.map(({ name }) => name) };
    }
    const repair = silent.length === 0 ? null : startUnits(stoppedUnits(input), initOf(input.after, input.before));
    return listed("fail", {
      items: silent.map(({ name, target }) => (target === name ? name : `${name} ${target}`)),
      facts,
      repairs: repair === null ? [] : [repair],
    });
  },
};

/** What ran before and does not run now, as the most likely reason. */
function stoppedUnits({ before, after }: AftercareInput): readonly string[] {
  const was = look(before, "units", "before").section ?? {};
  const now = unitStates(look(after, "units", "after").section ?? {});
  if (now.size === 0) return [];
  return [...unitStates(was)]
    .filter(([unit, { active }]) => active === "active" && isLasting(was, unit) && !hasOwnCheck(unit))
    .map(([unit]) => unit)
    .filter((unit) => now.get(unit)?.active !== "active" && unit.endsWith(".service"));
}
