import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Window, WindowOrigin } from "../../kernel/model/window.ts";
import type { NewWindow, SnapshotDesk } from "../../kernel/ports-prevent.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Book, Change } from "./book.ts";
import { coverOf, unknownTarget } from "./cover.ts";
import { makeVerifying } from "./made.ts";

/** Within this long it is shown that all is well, or somebody is told. */
const verifiedWithinMs = 15 * 60_000;

interface Where {
  readonly book: Book;
  readonly site: Site;
}

/** How many of the windows that ended last are asked whether the start was theirs. */
const newestEnded = 20;

export interface Started {
  readonly host: string;
  readonly bootId: string;
  /** when it started, as its own uptime tells; null: not known */
  readonly startedAtMs: number | null;
}

interface Past extends Where {
  readonly ledger: Ledger;
  readonly snapshots: Pick<SnapshotDesk, "newestBefore">;
}

/**
 * A host that started anew while nothing was planned is verified like after work; one that is in a window is not twice, nor one whose
 * start lay in a window that has ended since: the hosts are asked once a minute, and healthy work may be over by then.
 */
export async function afterReboot(past: Past, started: Started): Promise<void> {
  const { book, site } = past;
  const { host, bootId } = started;
  if (!site.hosts.has(host)) return;
  const isKnown = book.alive().some(({ window }) => window.state !== "planned" && window.hosts.includes(host));
  if (isKnown) return;
  if (await wasVerified(past, started)) return;
  await book.change(async (change) => {
    if ((await change.tx.windowsOf("reboot", bootId)).length > 0) return;
    const targets = [componentId("host", host)];
    await begin(change, {
      site,
      targets,
      actor: "koboshi",
      said: { origin: "reboot", reference: bootId, title: host },
    });
  });
}

/** The start belongs to a window that has ended. */
async function wasVerified(past: Past, started: Started): Promise<boolean> {
  const ended = await past.ledger.read.storedWindows({ states: ["closed"], limit: newestEnded });
  for (const { window } of ended) {
    if (window.hosts.includes(started.host) && (await isOwn(past, window, started))) return true;
  }
  return false;
}

/** It is the boot that the window's last look saw; where nothing was seen then, it began while the window lasted. */
async function isOwn({ snapshots }: Past, window: Window, { host, bootId, startedAtMs }: Started): Promise<boolean> {
  const fromMs = window.course.startedAt?.atMs ?? window.startMs;
  const toMs = window.closedAt?.atMs ?? window.endMs;
  const seen = await snapshots.newestBefore(host, toMs);
  const seenBoot = seen?.sections.ident?.["boot-id"];
  if (seen !== null && seenBoot !== undefined && seen.takenAt.atMs >= fromMs) return seenBoot === bootId;
  return startedAtMs !== null && fromMs <= startedAtMs && startedAtMs <= toMs;
}

export interface Recovered {
  readonly incidentId: number;
  readonly hosts: readonly string[];
  readonly services: readonly string[];
  readonly actor: Actor;
}

/** KB7101 for what is not in the file */
export async function afterRecovery(
  { book, site }: Where,
  { incidentId, hosts, services, actor }: Recovered,
): Promise<Result<Window, KoboshiError>> {
  const targets = [
    ...hosts.map((key) => componentId("host", key)),
    ...services.map((key) => componentId("service", key)),
  ];
  const unknown = unknownTarget(site, targets);
  if (unknown !== null) return err(unknownRefusal(unknown));
  return book.change(async (change) => {
    const reference = String(incidentId);
    const [known] = await change.tx.windowsOf("recovery", reference);
    if (known !== undefined) return ok(known.window);
    return ok(
      await begin(change, { site, targets, actor, said: { origin: "recovery", reference, title: `#${reference}` } }),
    );
  });
}

export function unknownRefusal({ target, nearest }: { target: string; nearest: string | null }): KoboshiError {
  return new KoboshiError("KB7101", nearest === null ? { target } : { target, nearest });
}

interface Beginning {
  readonly site: Site;
  readonly targets: readonly ComponentId[];
  readonly actor: Actor;
  readonly said: { readonly origin: WindowOrigin; readonly reference: string; readonly title: string };
}

function begin(change: Change, { site, targets, actor, said }: Beginning): Promise<Window> {
  const startMs = change.now.atMs;
  const wanted: NewWindow & { endMs: number } = {
    ...said,
    startMs,
    endMs: startMs + verifiedWithinMs,
    timeZone: site.timeZone,
    targets,
    alternate: null,
    isPublic: false,
    checksWanted: [],
  };
  return makeVerifying(change, { wanted, cover: coverOf(site, targets), actor });
}
