import { createHmac, randomBytes } from "node:crypto";
import { Secret } from "../kernel/secret.ts";
import type { Ledger, LedgerTx } from "../storage/ledger/ledger.ts";

const secretBytes = 32;
const noticeKeySetting = "notice-key";

/** A secret koboshi makes for itself: made on first use, the same ever after. */
async function keep(tx: LedgerTx, setting: string): Promise<Secret> {
  const known = await tx.setting(setting);
  if (known !== null) return new Secret(known, "the ledger");
  const made = randomBytes(secretBytes).toString("base64url");
  await tx.putSetting(setting, made);
  return new Secret(made, "the ledger");
}

async function keptIn(ledger: Ledger, setting: string): Promise<Secret> {
  const known = await ledger.read.setting(setting);
  return known === null ? ledger.transaction((tx) => keep(tx, setting)) : new Secret(known, "the ledger");
}

/** What signs the posts of a webhook channel whose configuration names no secret. */
export function webhookSecret(ledger: Ledger, channel: string): Promise<Secret> {
  return keptIn(ledger, `webhook-secret:${channel}`);
}

/** The key this hub's message ids and acknowledge tokens are derived from, so that every retry carries the same ones. */
export function keepNoticeKey(tx: LedgerTx): Promise<Secret> {
  return keep(tx, noticeKeySetting);
}

export function noticeKeyOf(ledger: Ledger): Promise<Secret> {
  return keptIn(ledger, noticeKeySetting);
}

/** 256 bits that follow from the key and the facts alone, different for every purpose. */
export function derive(key: Secret, purpose: "acknowledge" | "message", facts: readonly (string | number)[]): Buffer {
  return createHmac("sha256", key.reveal())
    .update(JSON.stringify([purpose, ...facts]))
    .digest();
}
