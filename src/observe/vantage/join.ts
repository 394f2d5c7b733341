import { elapsedMs, stampNow, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger, LedgerTx, StoredVantage } from "../../storage/ledger/ledger.ts";
import { sameHash, sha256Hex } from "./signing.ts";
import { JoinRequest, reportEveryMs, type JoinAnswer } from "./wire.ts";

export interface JoinDeps {
  readonly ledger: Ledger;
  readonly site: () => Site;
  readonly clock: Clock;
  readonly log: Log;
}

const tokenLifeMs = 15 * 60_000;
/** Guesses are slowed down, not counted per caller: behind a proxy all callers look alike. */
const refusalsPerMinute = 30;

/** Notes the join tokens that the configuration holds, the first time each is seen: its 15 minutes count from then. */
export async function rememberJoinTokens({ ledger, site, clock }: Omit<JoinDeps, "log">): Promise<void> {
  await ledger.transaction(async (tx) => {
    for (const { name, token } of site().vantages.values()) {
      if (token === null) continue;
      const hash = sha256Hex(token.reveal());
      if ((await tx.joinToken(hash)) !== null) continue;
      await tx.putJoinToken({ hash, vantage: name, firstSeenAt: stampNow(clock), usedAt: null });
    }
  });
}

/** Exchanges a token for the right to sign with one's own key, once. Whatever is wrong, the refusal says the same. */
export function createJoin(deps: JoinDeps): (body: unknown) => Promise<Result<JoinAnswer, KoboshiError>> {
  let refusedAtMs: number[] = [];

  return async (body) => {
    const nowMs = deps.clock.monotonicMs();
    refusedAtMs = refusedAtMs.filter((atMs) => nowMs - atMs < 60_000);
    if (refusedAtMs.length >= refusalsPerMinute) return err(new KoboshiError("KB3004"));
    const request = JoinRequest.safeParse(body).data;
    const name = request === undefined ? null : vantageOf(deps.site(), request);
    const joined =
      request === undefined || name === null
        ? null
        : await deps.ledger.transaction((tx) => join(tx, deps, { request, name }));
    if (joined !== null) {
      deps.log.info("a vantage joined", { vantage: joined.vantage });
      return ok(joined);
    }
    refusedAtMs.push(nowMs);
    deps.log.warn("a vantage was refused to join", { name: request?.name ?? null });
    return err(new KoboshiError("KB4001"));
  };
}

/** All tokens are compared, found or not. */
function vantageOf(site: Site, { token, name }: JoinRequest): string | null {
  const given = sha256Hex(token);
  const matching = [...site.vantages.values()].filter((spec) =>
    sameHash(given, spec.token === null ? "" : sha256Hex(spec.token.reveal())),
  );
  const found = matching.find((spec) => name === undefined || spec.name === name);
  return found?.name ?? null;
}

async function join(
  tx: LedgerTx,
  deps: JoinDeps,
  { request, name }: { request: JoinRequest; name: string },
): Promise<JoinAnswer | null> {
  const hash = sha256Hex(request.token);
  const token = await tx.joinToken(hash);
  const before = await tx.vantage(name);
  const now = stampNow(deps.clock);
  if (token === null || token.vantage !== name) return null;
  if (token.usedAt !== null) {
    // the answer was lost on its way: the same key may hear it again
    return isAsJoined(before, request.publicKey) ? answer(tx, name) : null;
  }
  if (elapsedMs(token.firstSeenAt, now) > tokenLifeMs) return null;
  await tx.putJoinToken({ ...token, usedAt: now });
  await tx.putVantage({ name, publicKey: request.publicKey, joinedAt: now, revokedAt: null, lastSequence: 0 });
  await tx.append({ kind: "vantage.joined", actor: `vantage:${name}`, incidentId: null, data: { vantage: name } });
  return answer(tx, name);
}

function isAsJoined(before: StoredVantage | null, publicKey: string): boolean {
  return before !== null && before.publicKey === publicKey && before.revokedAt === null;
}

async function answer(tx: LedgerTx, vantage: string): Promise<JoinAnswer> {
  const known = await tx.setting("hub.id");
  const hub = known ?? randomId();
  if (known === null) await tx.putSetting("hub.id", hub);
  return { vantage, hub, reportEveryMs };
}
