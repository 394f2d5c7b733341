import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from "node:crypto";

/** What is signed: who sends what to where, and as which of its requests. */
export interface Signed {
  readonly vantage: string;
  readonly method: string;
  /** with the query, as in the request line */
  readonly path: string;
  readonly sequence: number;
  readonly body: Uint8Array;
}

export interface KeyPair {
  /** PKCS #8, PEM */
  readonly privatePem: string;
  /** base64url of the raw 32 bytes */
  readonly publicKey: string;
}

export function createKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { privatePem, publicKey: publicKeyOf(privatePem) };
}

/** @throws Error when the text is not a private key */
export function publicKeyOf(privatePem: string): string {
  const { x } = createPublicKey(createPrivateKey(privatePem)).export({ format: "jwk" });
  if (x === undefined) throw new Error("not an ed25519 key");
  return x;
}

/** @returns base64url */
export function signRequest(privatePem: string, request: Signed): string {
  return sign(null, messageOf(request), createPrivateKey(privatePem)).toString("base64url");
}

/** False for anything that is not this key's signature, malformed keys and signatures included. */
export function isSignedBy(publicKey: string, request: Signed, signature: string): boolean {
  const key = keyOf(publicKey);
  const bytes = Buffer.from(signature, "base64url");
  return key !== null && bytes.length === 64 && verify(null, messageOf(request), key, bytes);
}

function keyOf(publicKey: string): KeyObject | null {
  try {
    return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
  } catch {
    return null; // not a key: nothing can be signed by it
  }
}

/** Lines, since none of the parts can hold a line break. */
function messageOf({ vantage, method, path, sequence, body }: Signed): Buffer {
  const digest = createHash("sha256").update(body).digest("hex");
  return Buffer.from(["koboshi-vantage-1", vantage, method, path, sequence, digest].join("\n"));
}

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Takes as long for a near miss as for a wrong guess. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
