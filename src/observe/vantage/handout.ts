import type { Clock, Timer } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { Site } from "../../kernel/model/site.ts";
import { createExtraLooks, type ExtraLooks } from "./extra-looks.ts";
import { sha256Hex } from "./signing.ts";
import { holdsSecret, writeSpec } from "./spec-text.ts";
import { silenceKitOf } from "./silence-kit.ts";
import { pollMs, type SilenceKit, type WireCheck, type WorkAnswer } from "./wire.ts";

/** What each vantage is to do, and who waits to hear of a change of it. */
export interface Handout {
  /** Answers when there is something new after `cursor`, at the latest after 25 s. */
  wait(vantage: string, asked: Asked, signal?: AbortSignal): Promise<WorkAnswer>;
  probeNow(checkIds: readonly string[]): void;
  /** looks that no check asks for */
  readonly extra: Pick<ExtraLooks, "ask" | "take">;
  /** the checks that a vantage runs, by id */
  checksOf(vantage: string): ReadonlyMap<string, Check>;
  /** Lets all who wait look again: the site changed, or one of them was revoked. */
  wakeAll(): void;
  /** checks that a vantage runs by the configuration and does not get, since they need a secret and do not name it */
  withheld(): readonly { readonly vantage: string; readonly checkId: string }[];
}

/** What a vantage asks with. */
export interface Asked {
  readonly cursor: string;
  /** nobody between it and the hub can read along */
  readonly isPrivate: boolean;
}

interface Wish {
  readonly number: number;
  readonly checkIds: readonly string[];
  readonly atMs: number;
}

/** A wish to look now means nothing a minute later. */
const wishLifeMs = 60_000;

export function createHandout({ site, clock }: { site: () => Site; clock: Clock }): Handout {
  // numbers of wishes begin anew with the process; the nonce says which numbers a cursor speaks of
  const nonce = randomId();
  const waiting = new Set<() => void>();
  const extra = createExtraLooks({ clock, wake: () => wakeAll(waiting) });
  let wishes: Wish[] = [];
  let lastWish = 0;
  let written: { readonly site: Site; readonly byVantage: Map<string, Written> } | null = null;

  function work(vantage: string, isPrivate = false): Written {
    const now = site();
    if (written?.site !== now) written = { site: now, byVantage: new Map() };
    const key = isPrivate ? `${vantage} in private` : vantage;
    const known = written.byVantage.get(key) ?? write(now, vantage, isPrivate);
    written.byVantage.set(key, known);
    return known;
  }

  function answer(
    vantage: string,
    { cursor, isPrivate }: Asked,
  ): { readonly news: boolean; readonly answer: WorkAnswer } {
    const { hash, checks, silence, byId } = work(vantage, isPrivate);
    const [knownHash, knownNonce, knownWish, knownLook = "0"] = cursor.split(".");
    const heard = knownNonce === nonce ? Number(knownWish) : 0;
    const { looks, last } = extra.handOut(vantage, knownNonce === nonce ? Number(knownLook) : 0);
    const wanted = wishes.filter(({ number, atMs }) => number > heard && clock.monotonicMs() - atMs < wishLifeMs);
    const probeNow = [...new Set(wanted.flatMap(({ checkIds }) => checkIds))].filter((id) => byId.has(id));
    const changed = knownHash !== hash;
    return {
      news: changed || probeNow.length > 0 || looks.length > 0,
      answer: {
        cursor: `${hash}.${nonce}.${lastWish}.${last}`,
        checks: changed ? checks : null,
        silence: changed ? silence : null,
        probeNow,
        ...(looks.length === 0 ? {} : { looks: [...looks] }),
        hubAtMs: clock.nowMs(),
      },
    };
  }

  return {
    async wait(vantage, asked, signal) {
      const deadlineMs = clock.monotonicMs() + pollMs;
      for (;;) {
        const { news, answer: found } = answer(vantage, asked);
        const leftMs = deadlineMs - clock.monotonicMs();
        if (news || leftMs <= 0 || signal?.aborted === true) return found;
        await woken({ waiting, clock, waitMs: leftMs, signal });
        // one look after each waking: a revoked vantage is turned away by the desk
        if (clock.monotonicMs() >= deadlineMs) return answer(vantage, asked).answer;
      }
    },
    probeNow(checkIds) {
      const atMs = clock.monotonicMs();
      wishes = [...wishes.filter((wish) => atMs - wish.atMs < wishLifeMs), { number: ++lastWish, checkIds, atMs }];
      wakeAll(waiting);
    },
    extra,
    checksOf: (vantage) => work(vantage).byId,
    wakeAll: () => wakeAll(waiting),
    withheld: () => withheldOf(site(), (vantage) => work(vantage).checks),
  };
}

function withheldOf(site: Site, checksOf: (vantage: string) => readonly WireCheck[]): ReturnType<Handout["withheld"]> {
  const elsewhere = [...site.vantages.keys()].filter((vantage) => vantage !== "here");
  return elsewhere.flatMap((vantage) =>
    checksOf(vantage)
      .filter(({ withheld }) => withheld !== null)
      .map(({ id }) => ({ vantage, checkId: id })),
  );
}

function wakeAll(waiting: Set<() => void>): void {
  for (const wake of waiting) wake();
}

interface Waiting {
  readonly waiting: Set<() => void>;
  readonly clock: Clock;
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
}

function woken({ waiting, clock, waitMs, signal }: Waiting): Promise<void> {
  return new Promise((resolve) => {
    const timer: Timer = clock.after(waitMs, wake);
    function wake(): void {
      timer.cancel();
      waiting.delete(wake);
      signal?.removeEventListener("abort", wake);
      resolve();
    }
    waiting.add(wake);
    signal?.addEventListener("abort", wake);
  });
}

interface Written {
  readonly hash: string;
  readonly checks: WireCheck[];
  readonly silence: SilenceKit | null;
  readonly byId: ReadonlyMap<string, Check>;
}

/** Secrets are opened here, for the vantages that a check names, and nowhere else. */
function write(site: Site, vantage: string, isPrivate: boolean): Written {
  const mine = site.checks.filter((check) => check.vantages.includes(vantage));
  const checks = mine.map((check) => writeCheck(check, vantage));
  const byId = new Map(mine.map((check) => [check.id, check]));
  const silence = isPrivate ? silenceKitOf(site, vantage) : null;
  return { hash: sha256Hex(JSON.stringify([checks, silence])), checks, silence, byId };
}

function writeCheck(check: Check, vantage: string): WireCheck {
  const { id, service, kind, name, target, everyMs, timeoutMs, attempts } = check;
  const withheld = holdsSecret(check.spec) && !check.namedVantages.includes(vantage) ? "secret" : null;
  const spec = withheld === null ? writeSpec(check.spec) : null;
  return { id, service, kind, name, target, everyMs, timeoutMs, attempts, spec, withheld };
}
