import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { KoboshiError } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { isCommonPassword } from "./passwords-common.ts";

/** Cost of one try: 32 MB and about 0.1 s. OWASP's least for scrypt with r = 8 and p = 3 is 2^15; we hold tries down besides. */
const now = { ln: 15, r: 8, p: 3 } as const;
const saltBytes = 16;
const hashBytes = 32;
/** twice what the present cost needs, so that a dearer one of a later version can still be read */
const mostMemoryBytes = 128 * 1024 * 1024;

/** Two at once leave half of the four threads that also read files and look up names. */
const mostAtOnce = 2;
/** more than these wait for seconds: better told to come back */
const mostWaiting = 30;

const storedForm = /^scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9_-]{20,64})\$([A-Za-z0-9_-]{40,64})$/;

let running = 0;
const waiting: (() => void)[] = [];

/** One place for the whole process: the threads are shared, whoever asks. @throws KoboshiError KB3004 when too many wait */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= mostWaiting) throw new KoboshiError("KB3004", { waitSeconds: 5 });
  if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    // the place is handed over, so that nobody slips in between
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  // the same letters typed on another keyboard may be other bytes
  const text = password.normalize("NFKC");
  const options = { N: 2 ** ln, r, p, maxmem: mostMemoryBytes };
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(text, salt, hashBytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
      }),
  );
}

/** @returns `scrypt$ln=15,r=8,p=3$salt$hash` */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, now);
  return `scrypt$ln=${now.ln},r=${now.r},p=${now.p}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

/** For names nobody has: checked with the same work, so that the time says nothing. Its password is not known to anyone. */
const nobodys = `scrypt$ln=${now.ln},r=${now.r},p=${now.p}$${randomBytes(saltBytes).toString("base64url")}$${randomBytes(hashBytes).toString("base64url")}`;

/**
 * Whether `password` is the one hashed in `stored`; null stands for an account that does not exist.
 * `outdated`: right, but hashed with less work than today's.
 */
export async function checkPassword(
  password: string,
  stored: string | null,
): Promise<{ readonly right: boolean; readonly outdated: boolean }> {
  const [, ln, r, p, salt = "", hash = ""] = storedForm.exec(stored ?? nobodys) ?? [];
  if (ln === undefined) throw new Error("a stored password cannot be read");
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const wanted = Buffer.from(hash, "base64url");
  const found = await derive(password, Buffer.from(salt, "base64url"), cost);
  const same = wanted.length === found.length && timingSafeEqual(wanted, found);
  const right = same && stored !== null;
  return { right, outdated: right && (cost.ln < now.ln || cost.r < now.r || cost.p < now.p) };
}

function refuse(why: string): Result<null, KoboshiError> {
  return err(new KoboshiError("KB3006", { why }));
}

const fewestChars = 10;
const mostChars = 200;
const fewestDifferent = 5;

/**
 * Is this good enough to guard an account? Any character counts, pasted or typed; there are no rules about kinds.
 * @param names words an attacker would try first: the account's, the person's, the site's
 */
export function judgePassword(password: string, names: readonly string[]): Result<null, KoboshiError> {
  const text = password.normalize("NFKC");
  const length = Array.from(text).length;
  if (length < fewestChars) return refuse("short");
  if (length > mostChars) return refuse("long");
  const plain = text.toLowerCase();
  if (new Set(plain).size < fewestDifferent || runsAlong(plain)) return refuse("simple");
  if (isCommonPassword(plain)) return refuse("common");
  return madeOfNames(plain, names) ? refuse("named") : ok(null);
}

const keyboard = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "1qaz2wsx3edc4rfv",
];

/** `abcdefghij`, `0987654321`, `qwertyuiop1`: nearly all of it runs along one row, there or back. */
function runsAlong(plain: string): boolean {
  const rows = keyboard.flatMap((row) => [row, Array.from(row).toReversed().join("")]);
  const chars = Array.from(plain);
  const steps = chars.slice(1).filter((char, at) => rows.some((row) => row.includes(`${chars[at]}${char}`))).length;
  return steps >= chars.length - 2;
}

/** `koboshi2026!`: without the names and without digits and signs hardly anything is left. */
function madeOfNames(plain: string, names: readonly string[]): boolean {
  const known = names
    .map((name) => name.normalize("NFKC").toLowerCase())
    .filter((name) => Array.from(name).length >= 3);
  if (!known.some((name) => plain.includes(name))) return false;
  const rest = known.reduce((left, name) => left.replaceAll(name, ""), plain);
  return Array.from(rest.replace(/[^\p{L}]/gu, "")).length < fewestDifferent;
}
