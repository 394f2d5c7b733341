import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { createKeyPair, publicKeyOf } from "./signing.ts";

/** Who a vantage is, kept in its folder: its key never leaves it. */
export interface VantageFolder {
  readonly privatePem: string;
  readonly publicKey: string;
  /** null before it has joined */
  identity(): Identity | null;
  join(identity: Identity): void;
  /** The next request's number, `skip` further than need be: higher than any given out before, also before a kill. */
  nextSequence(skip?: number): number;
  readonly bufferFolder: string;
  /** the checks last handed out, without secrets: what to look at when the hub cannot be reached at the start */
  readonly workFile: string;
  /** whom to mail when the hub is silent, with the channel's password */
  readonly silenceFile: string;
}

const Identity = z.object({ vantage: z.string(), hub: z.string(), reportEveryMs: z.number() });
export type Identity = z.infer<typeof Identity>;
const Reserved = z.object({ below: z.int().min(0) });

/** Numbers are reserved on disk by the thousand, so that not every request costs a write. */
const reservedAtOnce = 1_000;

/** Opens the folder, made for its owner alone when it is not there; a new one gets a new key. */
export function openVantageFolder(folder: string): VantageFolder {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const privatePem = readOrMakeKey(path.join(folder, "key.pem"));
  const identityFile = path.join(folder, "identity.json");
  const reservedFile = path.join(folder, "sequence.json");
  let identity = readJson(identityFile, Identity);
  let below = readJson(reservedFile, Reserved)?.below ?? 0;
  let next = below + 1;

  function reserve(): void {
    below = next + reservedAtOnce;
    writeDurably(reservedFile, JSON.stringify({ below }));
  }

  return {
    privatePem,
    publicKey: publicKeyOf(privatePem),
    identity: () => identity,
    join(joined) {
      writeDurably(identityFile, JSON.stringify(joined));
      identity = joined;
    },
    nextSequence(skip = 0) {
      next += skip;
      if (next >= below) reserve();
      return next++;
    },
    bufferFolder: path.join(folder, "buffer"),
    workFile: path.join(folder, "work.json"),
    silenceFile: path.join(folder, "silence.json"),
  };
}

function readOrMakeKey(file: string): string {
  if (!fs.existsSync(file)) writeDurably(file, createKeyPair().privatePem);
  return fs.readFileSync(file, "utf8");
}

/** @returns null when there is no such file, or it does not hold what it should */
export function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  if (!fs.existsSync(file)) return null;
  try {
    return schema.safeParse(JSON.parse(fs.readFileSync(file, "utf8"))).data ?? null;
  } catch {
    return null; // not JSON: as if it were not there
  }
}

/** Whole or not at all, on disk when it returns, and for its owner only. */
export function writeDurably(file: string, text: string): void {
  const draft = `${file}.new`;
  const handle = fs.openSync(draft, "w", 0o600);
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(draft, file);
  syncFolder(path.dirname(file));
}

/** A new or renamed file is only there after a power cut when its folder was written too. */
export function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
