import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { stampNow } from "../../src/kernel/clock.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { ackToken, checkAckToken, mintAckToken } from "../../src/respond/ack-tokens.ts";
import { noticeKeyOf, webhookSecret } from "../../src/respond/kept-secrets.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { changeIncident, mailBy, noticeSite, openIncident, step } from "../doubles/notice-site.ts";
import { silentLog as log, temporaryFolder } from "./outbox-bench.ts";

const hourMs = 3_600_000;
const running = noticeSite({
  channels: [mailBy(25)],
  steps: [step({ tell: "yamada", by: ["mail"] }), step({ tell: "sato", by: ["mail"] })],
});

async function bench(t: TestContext) {
  const [clock, folder] = [createFakeClock(), temporaryFolder(t)];
  const ledger = await openLedger({ folder, clock, log });
  t.after(() => ledger.close());
  const all = { clock, ledger, folder, site: () => running };
  const incident = await openIncident(all);
  const tokenOf = async (person: string, at = stampNow(clock)): Promise<string> =>
    ackToken(await noticeKeyOf(ledger), { incident, person, at });
  const codeOf = async (token: string): Promise<string> => {
    const checked = await checkAckToken(all, token);
    return checked.ok ? "good" : checked.error instanceof KoboshiError ? checked.error.code : "";
  };
  return { ...all, incident, tokenOf, codeOf };
}

test("a token has 128 bits, says whose it is and for what, and stands nowhere in the ledger", async (t) => {
  const { tokenOf, incident, folder, ...deps } = await bench(t);
  const tokens = await Promise.all(["yamada", "sato"].map((person) => tokenOf(person)));
  assert.equal(new Set(tokens).size, 2);
  for (const [nth, person] of ["yamada", "sato"].entries()) {
    assert.equal(Buffer.from(tokens[nth] ?? "", "base64url").length, 16);
    const value = { incidentId: incident.id, person };
    assert.deepEqual(await checkAckToken(deps, tokens[nth] ?? ""), { ok: true, value });
  }
  const files = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name)));
  const holds = (text: string): boolean => files.some((bytes) => bytes.includes(text));
  assert.equal(holds(tokens[0] ?? ""), false);
  assert.equal(
    holds(
      createHash("sha256")
        .update(tokens[0] ?? "")
        .digest("hex"),
    ),
    true,
  );
});

test("unknown, malformed and overlong tokens are refused alike", async (t) => {
  const { codeOf } = await bench(t);
  for (const token of ["", "x", "A".repeat(22), "あ".repeat(22), "A".repeat(1_000_000)]) {
    assert.equal(await codeOf(token), "KB3003");
  }
});

test("it is good for 24 h by the monotonic clock, and no longer", async (t) => {
  const { clock, tokenOf, codeOf } = await bench(t);
  const token = await tokenOf("yamada");
  clock.stepWall(72 * hourMs);
  await clock.advance(23.9 * hourMs);
  assert.equal(await codeOf(token), "good");
  clock.stepWall(-72 * hourMs);
  await clock.advance(0.2 * hourMs);
  assert.equal(await codeOf(token), "KB3003");
});

test("a reminder half a day later carries a new one, which replaces the old", async (t) => {
  const { clock, ledger, incident, tokenOf, codeOf } = await bench(t);
  const first = await tokenOf("yamada");
  await clock.advance(12.5 * hourMs);
  const at = stampNow(clock);
  await ledger.transaction((tx) => mintAckToken(tx, { incident, person: "yamada", at }));
  const second = await tokenOf("yamada", at);
  assert.notEqual(second, first);
  assert.deepEqual([await codeOf(first), await codeOf(second)], ["KB3003", "good"]);
});

test("the end of the incident voids everyone's", async (t) => {
  const all = await bench(t);
  const [yamadas, satos] = await Promise.all([all.tokenOf("yamada"), all.tokenOf("sato")]);
  const end = { state: "resolved", resolvedAt: stampNow(all.clock), resolvedBy: "auto" } as const;
  await changeIncident(all, 1, { kind: "resolved", given: end });
  assert.deepEqual([await all.codeOf(yamadas), await all.codeOf(satos)], ["KB3003", "KB3003"]);
  const stored = await all.ledger.read.ackToken(createHash("sha256").update(satos).digest("hex"));
  assert.ok(stored?.voidedAt);
});

test("secrets koboshi makes are made once and differ from channel to channel", async (t) => {
  const { ledger } = await bench(t);
  const made = await Promise.all(["a", "a", "b"].map(async (key) => (await webhookSecret(ledger, key)).reveal()));
  assert.equal(made[0], made[1]);
  assert.notEqual(made[0], made[2]);
  assert.equal(Buffer.from(made[0] ?? "", "base64url").length, 32);
});
