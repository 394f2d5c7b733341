import type { AftercareInput, AftercareOutcome, AftercareResult, Repair } from "../../kernel/model/aftercare.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { HostSnapshot, SnapshotSection } from "../../kernel/model/snapshot.ts";

/** At most so many things are listed; how many there were stands in the facts. */
const mostItems = 200;

interface Found {
  readonly facts?: Facts;
  readonly items?: readonly string[];
  readonly repairs?: readonly Repair[];
}

export function outcome(
  result: AftercareResult,
  { facts = {}, items = [], repairs = [] }: Found = {},
): AftercareOutcome {
  return { result, facts: { count: items.length, ...facts }, items: items.slice(0, mostItems), repairs };
}

/** Nothing to list: it is as it was; anything: `bad`. */
export function listed(bad: "fail" | "warn", { items = [], facts, repairs = [] }: Found): AftercareOutcome {
  const result = items.length === 0 ? "pass" : bad;
  return outcome(result, {
    items,
    repairs: result === "pass" ? [] : repairs,
    ...(facts === undefined ? {} : { facts }),
  });
}

/**
 * It could not be seen, which is never the same as nothing found.
 * @param why `no-before`, `no-after`, or why the snapshot lacks it: `cut-off`, `needs-root` …
 */
export function unobserved(why: string, facts: Facts = {}): AftercareOutcome {
  return outcome("unobserved", { facts: { why, ...facts } });
}

export type Section = Readonly<Record<string, string>>;

/** A part of a snapshot, or why it is not to be had; with both, a part of that part was not to be seen. */
export type Looked =
  | { readonly section: Section; readonly why: string | null }
  | { readonly section: null; readonly why: string };

export function look(snapshot: HostSnapshot | null, name: SnapshotSection, side: "before" | "after"): Looked {
  if (snapshot === null) return { section: null, why: `no-${side}` };
  const why = snapshot.unobserved[name] ?? null;
  const section = snapshot.sections[name];
  return section === undefined ? { section: null, why: why ?? "not-asked" } : { section, why };
}

/**
 * Compares one part as it was and as it is; when either side was not seen, the answer is that. Of a part that was seen in part
 * only, differences count and their absence does not.
 */
export function comparing(
  input: AftercareInput,
  name: SnapshotSection,
  compare: (before: Section, after: Section) => AftercareOutcome,
): AftercareOutcome {
  const after = look(input.after, name, "after");
  if (after.section === null) return unobserved(after.why, { side: "after", section: name });
  const before = look(input.before, name, "before");
  if (before.section === null) return unobserved(before.why, { side: "before", section: name });
  const found = compare(before.section, after.section);
  const why = after.why ?? before.why;
  if (why === null || found.result !== "pass") return found;
  return unobserved(why, { ...found.facts, side: after.why === null ? "before" : "after", section: name });
}

/** The same of what is now, whatever was before. */
export function judging(
  input: AftercareInput,
  name: SnapshotSection,
  judge: (after: Section, before: Section | null) => AftercareOutcome,
): AftercareOutcome {
  const after = look(input.after, name, "after");
  if (after.section === null) return unobserved(after.why, { side: "after", section: name });
  return judge(after.section, look(input.before, name, "before").section);
}

/** koboshi looks into this host at all: a host that is only seen from outside is asked nothing of its inside. */
export function isRead({ before, after }: AftercareInput): boolean {
  return before !== null || after !== null;
}

/** The host has nothing that could be asked for this part, and had nothing before. */
export function isAbsent({ before, after }: AftercareInput, name: SnapshotSection): boolean {
  const none = "not-installed";
  return after?.unobserved[name] === none && (before === null || before.unobserved[name] === none);
}

/** There was something of a kind before or is now, or neither could be seen. */
export function sees(input: AftercareInput, name: SnapshotSection, holds: (section: Section) => boolean): boolean {
  if (!isRead(input)) return false;
  const before = look(input.before, name, "before").section;
  const after = look(input.after, name, "after").section;
  if (before === null || after === null) return true;
  return holds(before) || holds(after);
}

/** Keys that begin with one word, without it: `unit nginx.service` → `nginx.service`. */
export function keyed(section: Section, word: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(section)) {
    if (key.startsWith(`${word} `)) found.set(key.slice(word.length + 1), value);
  }
  return found;
}
