import type { Clock } from "../kernel/clock.ts";
import { KoboshiError, errorText } from "../kernel/errors.ts";
import type { Bilingual } from "../kernel/lang.ts";
import type { PublishTarget } from "../kernel/model/site.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { filesHash, type PageFile } from "./edition.ts";
import { firstDifference, placeFiles, type PageStore } from "./placing.ts";
import { PageRefused } from "./refused.ts";

export interface PublishContext {
  readonly clock: Clock;
  /** ends what is under way; the page there stays whole */
  readonly signal: AbortSignal;
}

type TargetOf<Kind extends PublishTarget["kind"]> = Extract<PublishTarget, { kind: Kind }>;

/** One way to bring the page to where customers read it. */
export interface Publisher<Kind extends PublishTarget["kind"] = PublishTarget["kind"]> {
  readonly kind: Kind;
  readonly summary: Bilingual;
  /**
   * Puts the files there so that a reader never sees half a page, fetches every one back and compares. Doing it twice
   * changes nothing. KB6001: what is there now differs from what was sent; KB6002: it was not taken, with the reason.
   */
  publish(
    target: TargetOf<Kind>,
    files: readonly PageFile[],
    context: PublishContext,
  ): Promise<Result<{ readonly hash: string }, KoboshiError>>;
}

export function definePublisher<Kind extends PublishTarget["kind"]>(publisher: Publisher<Kind>): Publisher<Kind> {
  return publisher;
}

/** The steps every kind has in common, with what it throws as a value. */
export async function publishTo(
  store: PageStore,
  target: PublishTarget,
  files: readonly PageFile[],
): Promise<Result<{ readonly hash: string }, KoboshiError>> {
  try {
    await placeFiles(store, files);
    const file = await firstDifference(store, files);
    if (file !== null) return err(new KoboshiError("KB6001", { target: target.key, file }));
    return ok({ hash: filesHash(files) });
  } catch (thrown) {
    return err(refusal(target, thrown));
  }
}

export function refusal(target: PublishTarget, thrown: unknown): KoboshiError {
  const reason = thrown instanceof PageRefused ? thrown.reason : errorText(thrown);
  return new KoboshiError("KB6002", { target: target.key, reason: reason.slice(0, 500) }, thrown);
}

/** What a refusal says happened, for words/page.ts: its reason, or the file that differs. */
export function refusalReason(error: KoboshiError): string {
  return String(error.facts["reason"] ?? `differs: ${error.facts["file"] ?? ""}`);
}
