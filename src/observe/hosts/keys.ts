import { stampNow, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor, NewEvent } from "../../kernel/event.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { StoredHost } from "../../storage/ledger/nouns/hosts.ts";
import type { Looked } from "./signals.ts";
import type { Silent } from "./silence.ts";
import { pinnedKey, type Watched } from "./watched.ts";

interface Shown {
  readonly stored: StoredHost;
  readonly events: readonly NewEvent[];
  readonly looked: Looked;
}

/** What a key that is not believed makes of a host; null when the look failed for another reason. */
export function keyShown(watched: Watched, { reason, text: seen }: Silent): Shown | null {
  if (reason !== "key-unconfirmed" && reason !== "key-changed") return null;
  const { stored, host } = watched;
  const pinned = pinnedKey(watched);
  const isNews = stored.seenKey !== seen;
  const data = { host: host.key, fingerprint: seen, pinned: pinned ?? "" };
  const facts = { pinned, seen, pinnedBy: host.hostKey === null ? (stored.pinnedBy ?? "") : "file" };
  return {
    stored: { ...stored, seenKey: seen },
    events: isNews ? [{ kind: "host.key-seen", actor: "koboshi", incidentId: null, data }] : [],
    looked: {
      found: pinned === null ? [] : [{ kind: "host-key", item: null, severity: "critical", facts }],
      lookedFor: (kind) => kind === "host-key",
    },
  };
}

/** Only what the host really showed can be confirmed, so that a mistyped or foreign key is never believed. */
export function confirmHostKey(
  clock: Clock,
  { host, stored }: Watched,
  { fingerprint, actor }: { fingerprint: string; actor: Actor },
): Result<Pick<Shown, "stored" | "events">, KoboshiError> {
  const { key, hostKey } = host;
  if (hostKey !== null) return err(new KoboshiError("KB4205", { host: key, pinned: hostKey }));
  if (stored.pinnedKey === fingerprint) return ok({ stored, events: [] });
  if (stored.seenKey !== fingerprint) {
    return err(new KoboshiError("KB4201", { host: key, seen: stored.seenKey ?? "—", fingerprint }));
  }
  const data = { host: key, fingerprint, before: stored.pinnedKey ?? "" };
  return ok({
    stored: { ...stored, pinnedKey: fingerprint, pinnedBy: actor, pinnedAt: stampNow(clock), seenKey: null },
    events: [{ kind: "host.key-confirmed", actor, incidentId: null, data }],
  });
}
