import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { Secret } from "../kernel/secret.ts";
import { hashRecoveryCode, matchTotp, newRecoveryCodes, newTotpSecret, openTotp, sealTotp, totpUri } from "./totp.ts";

/** RFC 6238 appendix B, SHA-1; the last six of its eight digits. */
const rfcSecret = new Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "RFC 6238");
const vectors: readonly (readonly [number, string])[] = [
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
];

test("codes are those of RFC 6238", () => {
  for (const [seconds, code] of vectors) {
    const step = matchTotp(rfcSecret, { code, atMs: seconds * 1_000, lastStep: 0 });
    assert.equal(step, Math.floor(seconds / 30), code);
  }
});

function matches(atSeconds: number, lastStep = 0): number | null {
  return matchTotp(rfcSecret, { code: "005924", atMs: atSeconds * 1_000, lastStep });
}

test("a code of the step before or after is taken, one further off is not, and none twice", () => {
  const step = Math.floor(1234567890 / 30);
  assert.equal(matches(1234567890 - 30), step);
  assert.equal(matches(1234567890 + 30), step);
  assert.equal(matches(1234567890 - 60), null);
  assert.equal(matches(1234567890 + 60), null);
  assert.equal(matches(1234567890, step), null);
  assert.equal(matches(1234567890, step - 1), step);
});

function isTaken(code: string): boolean {
  return matchTotp(rfcSecret, { code, atMs: 1234567890_000, lastStep: 0 }) !== null;
}

test("digits are taken as people write them, anything else is wrong", () => {
  for (const code of ["005 924", "005-924", " 005924 ", "００５９２４"]) assert.ok(isTaken(code), code);
  for (const code of ["", "5924", "0059240", "00592x", "005924\n005924"]) assert.ok(!isTaken(code), code);
});

test("the address for the app names site and person, and carries the whole secret", () => {
  const secret = newTotpSecret();
  const uri = new URL(totpUri(secret, { issuer: "koboshi オムニ商会", label: "山田" }));
  assert.equal(uri.protocol, "otpauth:");
  assert.equal(uri.searchParams.get("secret"), secret.reveal());
  assert.equal(uri.searchParams.get("issuer"), "koboshi オムニ商会");
  assert.ok(decodeURIComponent(uri.pathname).endsWith("山田"));
});

test("recovery codes are eight, different, and found however they are typed", () => {
  const { codes, hashes } = newRecoveryCodes();
  assert.equal(new Set(codes).size, 8);
  const [code = "", hash] = [codes[0], hashes[0]];
  assert.match(code, /^[0-9a-z]{5}-[0-9a-z]{5}$/);
  for (const typed of [code, code.toUpperCase(), code.replace("-", ""), ` ${code.replace("-", " ")} `]) {
    assert.equal(hashRecoveryCode(typed), hash);
  }
});

test("a sealed secret opens for its own account with its own key, and for nobody else", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-totp-"));
  try {
    const secret = newTotpSecret();
    const [sealed, again] = await Promise.all([sealTotp(folder, "yamada", secret), sealTotp(folder, "yamada", secret)]);
    assert.notEqual(sealed, again);
    for (const one of [sealed, again]) {
      assert.equal(
        (await openTotp(folder, "yamada", one)).reveal(),
        secret.reveal(),
        "one key, however many begin at once",
      );
    }
    assert.deepEqual(fs.readdirSync(folder), ["account-key"]);
    assert.equal(fs.statSync(path.join(folder, "account-key")).mode & 0o777, 0o600);
    await assert.rejects(openTotp(folder, "sato", sealed));
    await assert.rejects(openTotp(folder, "yamada", `${sealed.slice(0, -2)}AA`));
    fs.rmSync(path.join(folder, "account-key"));
    await assert.rejects(openTotp(folder, "yamada", sealed), /account-key is missing/);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
