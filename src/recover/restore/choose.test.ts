import assert from "node:assert/strict";
import { test } from "node:test";
import { recordAt } from "../../../test/doubles/recover-plan.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { langs } from "../../kernel/lang.ts";
import type { KnownLook, ListedSet, RestoreWanted } from "../../kernel/ports-restore.ts";
import { explainError } from "../../words/errors.ts";
import { chooseSet } from "./choose.ts";

const hourMs = 3_600_000;
const day = Date.parse("2026-11-22T00:00:00Z");
const from = { kind: "plan", plan: "shop-data", place: null } as const;
const listed = (place: string, set: string, hour: number): ListedSet => ({
  place,
  record: recordAt(set, day + hour * hourMs),
});
const garbled = (place: string, set: string): KnownLook => ({
  place,
  level: 5,
  set,
  at: { atMs: day },
  findings: [
    {
      code: "mojibake",
      severity: "broken",
      facts: { database: "shop", table: "orders", column: "note", sampled: 2_000, flagged: 1_990 },
    },
  ],
  facts: {},
});
const sets = [listed("cloud", "c3", 3), listed("office", "o2", 2), listed("office", "o1", 1)];

function choose(
  looks: readonly KnownLook[],
  wanted: Partial<RestoreWanted> = {},
  among = sets,
): ListedSet | KoboshiError {
  try {
    const choosing = { sets: among, others: sets, looks, timeZone: "Asia/Tokyo" };
    return chooseSet(choosing, { at: { kind: "latest" }, from, ...wanted });
  } catch (thrown) {
    if (thrown instanceof KoboshiError) return thrown;
    throw thrown;
  }
}

const setOf = (chosen: ListedSet | KoboshiError): string =>
  chosen instanceof KoboshiError ? chosen.code : chosen.record.set;

test("the newest is taken while nothing is known against it", () => {
  assert.equal(setOf(choose([])), "c3");
  assert.equal(setOf(choose([garbled("office", "o2")])), "c3");
  assert.equal(setOf(choose([garbled("office", "c3")])), "c3", "the same set at another place is another copy");
});

test("one in quarantine is refused in a sentence that says what, where and which to take instead", () => {
  const refused = choose([garbled("cloud", "c3"), garbled("office", "o2")]);
  assert.ok(refused instanceof KoboshiError && refused.code === "KB8312");
  const { message, fix } = explainError("KB8312", refused.facts, "ja");
  assert.match(
    message,
    /^cloud の 2026-11-22T12:00:00\+09:00 の控え\(c3\)は、検査\(V5\)で使えない.*shop\.orders\.note の 2000 件中 1990 件が文字化け$/,
  );
  assert.match(
    fix,
    /^代わりに office の 2026-11-22T10:00:00\+09:00 の控え\(--from office --at o1\) をお使いください。.*--despite=c3/,
  );
  const english = explainError("KB8312", refused.facts, "en");
  assert.match(english.message, /1990 of 2000 values of shop\.orders\.note are garbled$/);
  assert.match(
    english.fix,
    /^take the one of 2026-11-22T10:00:00\+09:00 at office \(--from office --at o1\) instead\. /,
  );
});

test("a person who names the set gets it; any other word does not help", () => {
  const looks = [garbled("cloud", "c3")];
  assert.equal(setOf(choose(looks, { despite: "c3" })), "c3");
  assert.equal(setOf(choose(looks, { despite: "yes" })), "KB8312");
  assert.equal(setOf(choose(looks, { despite: "o2" })), "KB8312");
});

test("the same set at a sound place takes its place, and what is named instead may lie elsewhere", () => {
  const both = [listed("cloud", "c3", 3), listed("nas", "c3", 3)];
  const chosen = choose([garbled("cloud", "c3")], {}, both);
  assert.ok(!(chosen instanceof KoboshiError) && chosen.place === "nas");
  const refused = choose([garbled("cloud", "c3")], { from: { ...from, place: "cloud" } }, sets.slice(0, 1));
  assert.ok(refused instanceof KoboshiError && refused.facts["insteadSet"] === "o2");
});

test("a set without its commit record is not there; what can be had instead is named", () => {
  const refused = choose([garbled("cloud", "c3")], { at: { kind: "set", set: "gone" } });
  assert.ok(refused instanceof KoboshiError && refused.code === "KB8302");
  for (const lang of langs) assert.match(explainError("KB8302", refused.facts, lang).fix, /--from office --at o2/);
});

test("with nothing sound left nothing is named", () => {
  const refused = choose([garbled("cloud", "c3"), garbled("office", "o2"), garbled("office", "o1")]);
  assert.ok(refused instanceof KoboshiError);
  for (const lang of langs) assert.doesNotMatch(explainError("KB8312", refused.facts, lang).fix, /--from/);
});
