import type { AftercareCheck, AftercareOutcome } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, keyed, outcome, type Section } from "../outcome.ts";

/** The host is the machine that it was: the same ids, keys, hardware and name. */
export const sameMachine: AftercareCheck = {
  id: "same-machine",
  group: "identity",
  weight: "critical",
  needs: ["ident"],
  after: [],
  isWaivable: true,
  appliesTo: (input) => isRead(input) || input.window.course.otherMachine[input.host] !== undefined,
  compare(input) {
    const told = input.window.course.otherMachine[input.host];
    const refused = told === "replaced" || told === "rekeyed" || told === "cloned";
    // refused at its key, so nothing of it could be read: that is the finding
    if (refused) return outcome("fail", { facts: { kind: told } });
    const found = comparing(input, "ident", compareIds);
    return told === "moved" && found.result === "pass" ? outcome("warn", { facts: { kind: told } }) : found;
  },
};

function compareIds(before: Section, after: Section): AftercareOutcome {
  const items = ids.flatMap((id) => {
    const [was, is] = [before[id], after[id]];
    return was === undefined || was === is ? [] : [`${id}: ${was} → ${is ?? "-"}`];
  });
  const keys = lost(before, after, "hostkey");
  const macs = lost(before, after, "mac");
  const isOther = changed(before, after, "machine-id");
  const facts = { kind: kindOf({ isOther, keys: keys.length > 0, isMoved: macs.length > 0 || items.length > 0 }) };
  const all = [...items, ...keys, ...macs];
  if (all.length === 0) return outcome("pass");
  return outcome(facts.kind === "moved" ? "warn" : "fail", { facts, items: all });
}

const ids = ["machine-id", "dbus-id", "dmi-uuid", "hostname"];

function changed(before: Section, after: Section, key: string): boolean {
  return before[key] !== undefined && before[key] !== after[key];
}

/** Moved: what changes when a machine is carried to other hardware, and nothing else. */
function kindOf({ isOther, keys, isMoved }: { isOther: boolean; keys: boolean; isMoved: boolean }): string {
  if (isOther) return keys ? "replaced" : "machine-id";
  if (keys) return "rekeyed";
  return isMoved ? "moved" : "same";
}

function lost(before: Section, after: Section, word: string): readonly string[] {
  const now = keyed(after, word);
  return [...keyed(before, word)]
    .filter(([key, value]) => now.get(key) !== value)
    .map(([key, value]) => `${word} ${key}: ${value} → ${now.get(key) ?? "-"}`);
}
