import assert from "node:assert/strict";
import { test } from "node:test";
import { recordAt } from "../../../test/doubles/recover-plan.ts";
import type { SetPart } from "../../kernel/model/backup.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { KnownLook } from "../../kernel/ports-restore.ts";
import { quarantineOf } from "./quarantine.ts";

const record = recordAt("s1", 0, { parts: [part("a".repeat(64)), part("b".repeat(64))] });

function part(snapshot: string): SetPart {
  return { part: "files", snapshot, bytes: 1, files: 1, sha256: null, of: null, missing: [] };
}

function look(level: KnownLook["level"], atMs: number, findings: readonly VerifyFinding[]): KnownLook {
  return { place: "office", level, set: level >= 4 ? "s1" : null, at: { atMs }, findings, facts: {} };
}

const broken = (code: string, facts = {}): VerifyFinding => ({ code, severity: "broken", facts });
const open = (code: string): VerifyFinding => ({ code, severity: "open", facts: {} });
const codeOf = (...looks: readonly KnownLook[]): string | null => quarantineOf(looks, record)?.finding.code ?? null;

test("garbled text, foreign data and damaged bytes put a set out of service; what is only open does not", () => {
  assert.equal(codeOf(look(5, 1, [open("no-marker"), broken("rows-differ"), broken("mojibake")])), "mojibake");
  assert.equal(codeOf(look(5, 1, [broken("mojibake"), broken("foreign-data")])), "foreign-data");
  assert.equal(codeOf(look(4, 1, [broken("dump-cut")])), "dump-cut");
  assert.equal(codeOf(look(2, 1, [broken("index-damaged")])), "index-damaged");
  assert.equal(codeOf(look(5, 1, [open("no-marker"), open("mojibake-few")])), null);
  assert.equal(codeOf(look(1, 1, [broken("no-set")])), null);
});

test("only another look that came to something lifts it, and only one of the same kind", () => {
  const found = look(5, 1, [broken("mojibake")]);
  assert.equal(codeOf(found, look(5, 2, [])), null);
  assert.equal(codeOf(found, look(5, 2, [open("no-scratch-server")])), "mojibake");
  assert.equal(codeOf(found, look(4, 2, [])), "mojibake");
  const damaged = { ...look(3, 1, [broken("pack-damaged")]), facts: { bucket: 4 } };
  assert.equal(codeOf(damaged, { ...look(3, 2, []), facts: { bucket: 5 } }), "pack-damaged");
  assert.equal(codeOf(damaged, { ...look(3, 2, []), facts: { bucket: 4 } }), null);
});

test("another set's garbled text is not this one's, and a repository that could not be opened says nothing", () => {
  assert.equal(codeOf({ ...look(5, 1, [broken("mojibake")]), set: "s2" }), null);
  assert.equal(codeOf(look(2, 1, [broken("key-refused")])), null);
});

test("snapshots that are gone concern the sets they were part of", () => {
  assert.equal(codeOf(look(2, 1, [broken("snapshot-missing", { count: 1, names: ["bbbbbbbb"] })])), "snapshot-missing");
  assert.equal(codeOf(look(2, 1, [broken("snapshot-missing", { count: 1, names: ["cccccccc"] })])), null);
  assert.equal(
    codeOf(look(2, 1, [broken("snapshot-missing", { count: 30, names: ["cccccccc"] })])),
    "snapshot-missing",
  );
});
