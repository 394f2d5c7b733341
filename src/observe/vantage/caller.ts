import type { IncomingHttpHeaders } from "node:http";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger, LedgerTx, StoredVantage } from "../../storage/ledger/ledger.ts";
import { isSignedBy } from "./signing.ts";
import { vantageHeaders } from "./wire.ts";

/** A vantage's request as it came in. */
export interface VantageRequest {
  readonly method: string;
  /** with the query, as in the request line */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** the bytes as they came: the signature is over them */
  readonly body: Uint8Array;
  /** the address it came from; left out: not known */
  readonly peer?: string;
}

export interface Caller {
  readonly vantage: StoredVantage;
  readonly sequence: number;
}

/** Who asks, by its signature. The number is looked at only by `claimSequence`, where it is also stored. */
export async function identifyCaller(
  { ledger, site }: { ledger: Ledger; site: () => Site },
  request: VantageRequest,
): Promise<Result<Caller, KoboshiError>> {
  const [written, number, signature] = [vantageHeaders.name, vantageHeaders.sequence, vantageHeaders.signature].map(
    (header) => String(request.headers[header] ?? ""),
  );
  const name = decoded(written ?? "");
  const refused = err(new KoboshiError("KB4002", { vantage: name.slice(0, 100) }));
  if (signature === undefined || !/^\d{1,15}$/.test(number ?? "")) return refused;
  const vantage = site().vantages.has(name) ? await ledger.read.vantage(name) : null;
  if (vantage === null || vantage.revokedAt !== null) return refused;
  const sequence = Number(number);
  const { method, path, body } = request;
  if (!isSignedBy(vantage.publicKey, { vantage: name, method, path, sequence, body }, signature)) return refused;
  return ok({ vantage, sequence });
}

/** The name as it was before it was made fit for a header; as it came when that cannot be undone. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

/**
 * Takes the request's number, in the transaction that keeps what the request brought.
 * @throws KoboshiError KB4003 the number, or a higher one, was taken; KB4002 the vantage was revoked or joined anew meanwhile
 */
export async function claimSequence(tx: LedgerTx, { vantage, sequence }: Caller): Promise<void> {
  const now = await tx.vantage(vantage.name);
  if (now === null || now.revokedAt !== null || now.publicKey !== vantage.publicKey) {
    throw new KoboshiError("KB4002", { vantage: vantage.name });
  }
  if (sequence <= now.lastSequence) throw new KoboshiError("KB4003", { sequence });
  await tx.putVantage({ ...now, lastSequence: sequence });
}

/** A refusal thrown to undo a transaction is a value to the caller; all else stays a throw. */
export async function refusalAsValue<T>(work: Promise<T>): Promise<Result<T, KoboshiError>> {
  try {
    return ok(await work);
  } catch (thrown) {
    if (thrown instanceof KoboshiError) return err(thrown);
    throw thrown;
  }
}
