import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { LedgerEvent } from "../../kernel/event.ts";
import type { Log } from "../../kernel/log.ts";
import type { IncidentPicture } from "../../kernel/model/picture.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";

export interface PictureKeeperDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
}

/** A page as a check of the hub's own just saw it. */
export interface Drawn {
  readonly checkId: string;
  readonly isFailure: boolean;
  readonly bytes: Uint8Array;
}

/** Keeps what a page looked like when its check first failed with the incident that came of it. */
export interface PictureKeeper {
  drawn(picture: Drawn): void;
  start(): void;
  stop(): Promise<void>;
}

/** Longer ones are not kept. */
const mostPictureBytes = 200_000;
const mostOfIncident = 4;
/** Of all incidents together: a hundred megabytes at most. */
const mostKept = 500;
const mostHeld = 50;

interface Held {
  readonly bytes: Uint8Array;
  readonly media: IncidentPicture["media"];
  readonly at: Stamp;
}

interface Keeper extends PictureKeeperDeps {
  /** the first picture of each check that fails now */
  readonly held: Map<string, Held>;
}

export function createPictureKeeper(deps: PictureKeeperDeps): PictureKeeper {
  const keeper: Keeper = { ...deps, held: new Map() };
  let deaf: (() => void) | null = null;
  let under: Promise<void> = Promise.resolve();
  const then = (work: () => Promise<void>): void => {
    under = under.then(work).catch((thrown: unknown) => {
      deps.log.error("picture not kept", { error: errorText(thrown) });
    });
  };
  return {
    drawn(picture) {
      if (!hold(keeper, picture)) return;
      then(async () => {
        for (const { id } of await deps.ledger.read.incidents({ state: "open", limit: 200 })) await keep(keeper, id);
      });
    },
    start() {
      deaf ??= deps.ledger.onCommit((events) => {
        const ids = new Set(events.filter(isGrowth).flatMap(({ incidentId }) => incidentId ?? []));
        if (keeper.held.size > 0) for (const id of ids) then(() => keep(keeper, id));
      });
    },
    async stop() {
      deaf?.();
      await under;
    },
  };
}

function isGrowth({ kind }: LedgerEvent): boolean {
  return kind === "incident.opened" || kind === "incident.updated";
}

/** @returns whether the check fails */
function hold({ held, clock }: Keeper, { checkId, isFailure, bytes }: Drawn): boolean {
  if (!isFailure) {
    held.delete(checkId);
    return false;
  }
  const media = mediaOf(bytes);
  if (media !== null && bytes.length <= mostPictureBytes && !held.has(checkId) && held.size < mostHeld)
    held.set(checkId, { bytes, media, at: stampNow(clock) });
  return held.has(checkId);
}

/** By its first bytes; null: no picture. */
function mediaOf(bytes: Uint8Array): IncidentPicture["media"] | null {
  const starts = (signature: readonly number[]): boolean => signature.every((byte, nth) => bytes[nth] === byte);
  if (starts([0xff, 0xd8, 0xff])) return "image/jpeg";
  return starts([0x89, 0x50, 0x4e, 0x47]) ? "image/png" : null;
}

async function keep({ ledger, held, site }: Keeper, incidentId: number): Promise<void> {
  const serviceOf = new Map(site().checks.map(({ id, service }) => [id, service]));
  const incident = await ledger.read.incident(incidentId);
  if (incident === null) return;
  const own = [...held].filter(([checkId]) => incident.services.includes(serviceOf.get(checkId) ?? ""));
  const known = new Set((await ledger.read.picturesOf(incidentId)).map(({ checkId }) => checkId));
  const fresh = own.filter(([checkId]) => !known.has(checkId)).slice(0, Math.max(0, mostOfIncident - known.size));
  for (const [checkId, { bytes, media, at }] of fresh) {
    await ledger.transaction(async (tx) => {
      await tx.insertPicture({ incidentId, checkId, at, media, bytes: bytes.length }, bytes, mostKept);
      await tx.append({ kind: "incident.picture-kept", actor: "koboshi", incidentId, data: { check: checkId } });
    });
  }
}
