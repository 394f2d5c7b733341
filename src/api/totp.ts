import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { Secret as OtpSecret, TOTP } from "otpauth";
import { randomId } from "../kernel/ids.ts";
import { Secret } from "../kernel/secret.ts";
import { sha256 } from "./tokens.ts";

/** RFC 6238 with what every authenticator app takes: SHA-1, 6 digits, 30 seconds. */
const periodSeconds = 30;
const digits = 6;
const secretBytes = 20;
/** a code of the step before or after is taken, for clocks that differ by half a minute */
const stepsAround = 1;

export function newTotpSecret(): Secret {
  return new Secret(new OtpSecret({ size: secretBytes }).base32, "made here");
}

/** The address an authenticator app reads from the picture. */
export function totpUri(secret: Secret, { issuer, label }: { issuer: string; label: string }): string {
  return totpOf(secret, { issuer, label }).toString();
}

/**
 * The step `code` belongs to, counted from 1970 in half minutes; null when it is wrong, or of a step up to `lastStep`,
 * which was used already.
 */
export function matchTotp(
  secret: Secret,
  { code, atMs, lastStep }: { code: string; atMs: number; lastStep: number },
): number | null {
  const plain = code.normalize("NFKC").replace(/[\s-]/g, "");
  if (!/^\d{6}$/.test(plain)) return null;
  const delta = totpOf(secret, { issuer: "koboshi", label: "koboshi" }).validate({
    token: plain,
    timestamp: atMs,
    window: stepsAround,
  });
  if (delta === null) return null;
  const step = Math.floor(atMs / 1_000 / periodSeconds) + delta;
  return step > lastStep ? step : null;
}

function totpOf(secret: Secret, { issuer, label }: { issuer: string; label: string }): TOTP {
  return new TOTP({
    issuer,
    label,
    secret: OtpSecret.fromBase32(secret.reveal()),
    algorithm: "SHA1",
    digits,
    period: periodSeconds,
  });
}

const recoveryCodes = 8;
const recoveryBits = 50;

/** Eight codes of 50 bits, for the day the telephone is gone. @returns the codes for the person, the hashes for the ledger */
export function newRecoveryCodes(): { readonly codes: readonly string[]; readonly hashes: readonly string[] } {
  const codes = Array.from({ length: recoveryCodes }, () => randomId(recoveryBits).replace(/^(.{5})/, "$1-"));
  return { codes, hashes: codes.map(hashRecoveryCode) };
}

/** Typed with or without its dash, in capitals or not. */
export function hashRecoveryCode(code: string): string {
  const plain = code.normalize("NFKC").toLowerCase();
  return sha256(plain.replace(/[\s-]/g, ""));
}

const keyFile = "account-key";
const cipher = "aes-256-gcm";
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals a secret for the ledger with a key that lies beside it, so that a copy of the ledger alone opens nothing. The key
 * is made at the first use, readable by its owner only.
 * @param owner the account's name: what is sealed for one account cannot be moved to another
 */
export async function sealTotp(folder: string, owner: string, secret: Secret): Promise<string> {
  const key = (await readKey(folder)) ?? (await makeKey(folder));
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, key, iv).setAAD(Buffer.from(owner));
  const body = Buffer.concat([sealing.update(secret.reveal(), "utf8"), sealing.final()]);
  return `v1.${Buffer.concat([iv, sealing.getAuthTag(), body]).toString("base64url")}`;
}

/** @throws Error when the key beside the ledger is gone or another one */
export async function openTotp(folder: string, owner: string, sealed: string): Promise<Secret> {
  const key = await readKey(folder);
  if (key === null) throw new Error(`${keyFile} is missing in the data folder`);
  const bytes = Buffer.from(sealed.replace(/^v1\./, ""), "base64url");
  const opening = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes))
    .setAAD(Buffer.from(owner))
    .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  const text = Buffer.concat([opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()]);
  return new Secret(text.toString("utf8"), `file ${keyFile}`);
}

async function readKey(folder: string): Promise<Buffer | null> {
  const text = await readFile(path.join(folder, keyFile), "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return null;
    throw thrown;
  });
  if (text === null) return null;
  const key = Buffer.from(text.trim(), "hex");
  if (key.length !== keyBytes) throw new Error(`${keyFile} is not a key of ${keyBytes} bytes`);
  return key;
}

/** Whoever comes first makes it; a key that is there is never replaced. */
async function makeKey(folder: string): Promise<Buffer> {
  const file = path.join(folder, keyFile);
  const fresh = `${file}.${randomId(40)}`;
  const handle = await open(fresh, "wx", 0o600);
  try {
    await handle.writeFile(`${randomBytes(keyBytes).toString("hex")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(fresh, file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "EEXIST") throw thrown;
  });
  await rm(fresh);
  const key = await readKey(folder);
  if (key === null) throw new Error(`${keyFile} was removed while it was made`);
  return key;
}
