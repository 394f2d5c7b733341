import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { endsTransaction, refusalOf } from "./failures.ts";
import { ledgerFiles } from "./folder.ts";

const place = { files: ledgerFiles("/nowhere"), clock: createFakeClock() };

/** An error as the driver throws it: the low byte of the code is the kind, the rest says where it happened. */
function driverError(rawCode: number): Error {
  return Object.assign(new Error("from the driver"), { rawCode });
}

const expected: readonly (readonly [name: string, rawCode: number, code: string | null])[] = [
  ["BUSY", 5, "KB2001"],
  ["BUSY_SNAPSHOT", 517, "KB2001"],
  ["CORRUPT", 11, "KB2002"],
  ["CORRUPT_INDEX", 779, "KB2002"],
  ["NOTADB", 26, "KB2002"],
  ["FULL", 13, "KB2003"],
  ["IOERR_WRITE", 778, "KB2003"],
  ["IOERR_FSYNC", 1034, "KB2003"],
  ["READONLY", 8, "KB2005"],
  ["CANTOPEN", 14, "KB2005"],
  ["CONSTRAINT_UNIQUE", 2067, null],
  ["ERROR", 1, null],
];

for (const [name, rawCode, code] of expected) {
  test(`${name} becomes ${code ?? "what it was"}`, () => {
    const thrown = driverError(rawCode);
    const seen = refusalOf(thrown, place);
    assert.equal(seen instanceof KoboshiError ? seen.code : null, code);
    assert.equal(seen instanceof KoboshiError ? seen.cause : seen, thrown);
    assert.equal(endsTransaction(seen), code !== null);
  });
}
