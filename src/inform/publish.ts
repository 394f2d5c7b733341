import { elapsedMs, sleep, stampNow, type Clock, type Stamp, type Timer } from "../kernel/clock.ts";
import { errorText, type KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { PublishTarget, Site } from "../kernel/model/site.ts";
import type { Attention } from "../kernel/model/status.ts";
import { err } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { pageEdition, type Edition, type PageFile } from "./edition.ts";
import { staleAfterMs } from "./json.ts";
import { isGreener, type PageModel } from "./page.ts";
import { refusal, refusalReason } from "./publisher.ts";
import { publishPage } from "./publishers/index.ts";
import { PageRefused } from "./refused.ts";
import { createTarget, type Outcome, type Target, type Verified } from "./target.ts";

/** Requests closer together than this become one edition. */
const gatherMs = 200;
const renewCheckMs = 60_000;

export interface PublisherDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly site: Site;
  readonly log: Log;
  /** Asked once a minute, so that "last updated" is renewed with facts of that moment when nothing else happens. */
  readonly renew?: () => Promise<PageModel | null>;
}

/** What one place shows, as far as it was fetched back. */
export interface TargetStatus {
  readonly key: string;
  readonly kind: PublishTarget["kind"];
  readonly at: string | null;
  /** verified, saying what is true now, and not old */
  readonly current: boolean;
  readonly verifiedAt: Stamp | null;
  /** the state the verified page shows; null when nothing is known of it */
  readonly verifiedState: string | null;
  /** why the last attempt did not succeed; null when it did */
  readonly error: KoboshiError | null;
  readonly failingSince: Stamp | null;
  /** shows a better state than the true one */
  readonly greener: boolean;
}

export interface PublisherStatus {
  readonly targets: readonly TargetStatus[];
  /** «2 of 2 current» */
  readonly current: number;
  readonly total: number;
  readonly attentions: readonly Attention[];
}

export interface PagePublisher {
  /** Publishes at once when the page says something new. Cheap; call it with every change of status. */
  request(model: PageModel | null): void;
  /** Publishes everywhere, also where nothing has changed or the last attempt was refused. @returns how each place ended */
  publishNow(model: PageModel | null): Promise<PublisherStatus>;
  status(): PublisherStatus;
  /** the newest edition by path, for the hub's own `/status/`; empty before the first request */
  currentFiles(): ReadonlyMap<string, PageFile>;
  /** Ends what is under way; every page stays whole. */
  stop(): Promise<void>;
}

/**
 * Keeps every place of the status page at the newest edition, all in parallel and none waiting for another. What each
 * place was last seen to show is in the ledger, so a restart never believes a page it has not fetched back.
 */
export async function createPublisher(deps: PublisherDeps): Promise<PagePublisher> {
  const { ledger, clock, site, log } = deps;
  const known = await ledger.read.publications();
  const targets = (site.statusPage?.publish ?? []).map((target) =>
    createTarget({
      target,
      clock,
      log,
      before: known.find((one) => one.target === target.key) ?? null,
      publish: (spec, files, context) => publishFromHere(site, spec, { files, context }),
      record: (outcome) => record(ledger, log, outcome),
    }),
  );
  let latest: Edition | null = null;
  let files: ReadonlyMap<string, PageFile> = new Map();
  let waiting: PageModel | null = null;
  let gathering: Timer | null = null;

  function request(model: PageModel | null): void {
    if (model === null) return;
    waiting = model;
    if (gathering !== null) return;
    publishWaiting();
    gathering = clock.after(gatherMs, () => {
      gathering = null;
      if (waiting !== null) request(waiting);
    });
  }

  function publishWaiting(): void {
    if (waiting === null) return;
    const edition = newest(waiting);
    for (const target of targets) target.offer(edition);
  }

  function newest(model: PageModel): Edition {
    const edition = pageEdition(model);
    waiting = null;
    latest = edition;
    files = new Map(edition.files.map((file) => [file.path, file]));
    return edition;
  }

  const status = (): PublisherStatus => publisherStatus(targets.map((target) => targetStatus(target, latest, clock)));

  const renewal =
    deps.renew === undefined ? null : renewEveryMinute(clock, log, async () => request((await deps.renew?.()) ?? null));
  return {
    request,
    currentFiles: () => files,
    status,
    async publishNow(model) {
      if (model === null) return status();
      const edition = newest(model);
      await Promise.all(targets.map((target) => target.publishNow(edition)));
      return status();
    },
    async stop() {
      gathering?.cancel();
      renewal?.cancel();
      await Promise.all(targets.map((target) => target.stop()));
    },
  };
}

function renewEveryMinute(clock: Clock, log: Log, renew: () => Promise<void>): Timer {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    for (;;) {
      await sleep(clock, renewCheckMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await renew().catch((thrown: unknown) => log.error("status page not renewed", { error: errorText(thrown) }));
    }
  }
  void run();
  return { cancel: () => stopping.abort() };
}

/** A folder at a place where another vantage lives is that machine's folder, which this version cannot reach. */
function publishFromHere(
  site: Site,
  target: PublishTarget,
  { files, context }: { files: readonly PageFile[]; context: Parameters<typeof publishPage>[2] },
): ReturnType<typeof publishPage> {
  const owner = target.kind === "folder" ? vantageOfFolder(site, target.at) : null;
  if (owner !== null) return Promise.resolve(err(refusal(target, new PageRefused(`on-vantage: ${owner}`))));
  return publishPage(target, files, context);
}

function vantageOfFolder(site: Site, place: string | null): string | null {
  if (place === null || site.vantages.get("here")?.at === place) return null;
  return [...site.vantages.values()].find((vantage) => vantage.name !== "here" && vantage.at === place)?.name ?? null;
}

/** The page goes out even when the ledger cannot take the record of it. */
async function record(ledger: Ledger, log: Log, outcome: Outcome): Promise<void> {
  const { publication, edition, error, first, attempts } = outcome;
  const facts = { target: publication.target, state: edition.model.state, hash: edition.hash };
  try {
    await ledger.transaction(async (tx) => {
      await tx.putPublication(publication);
      if (!first) return;
      for (const incidentId of incidentsTold(edition)) {
        if (error === null) await tx.append({ kind: "page.published", actor: "koboshi", incidentId, data: facts });
        else {
          const data = { target: publication.target, code: error.code, ...error.facts, attempts };
          await tx.append({ kind: "page.publish-failed", actor: "koboshi", incidentId, data });
        }
      }
    });
  } catch (thrown) {
    log.error("publication not recorded", { target: publication.target, error: errorText(thrown) });
  }
}

/** The incidents whose timeline says what customers were told; null: the site's own. */
function incidentsTold(edition: Edition): readonly (number | null)[] {
  const open = edition.model.notices.filter((notice) => notice.open).map((notice) => notice.id);
  const justEnded = edition.model.notices.find((notice) => notice.updates[0]?.kind === "end")?.id;
  return open.length > 0 ? open : [justEnded ?? null];
}

function targetStatus(target: Target, latest: Edition | null, clock: Clock): TargetStatus {
  const { spec } = target;
  const failing = target.failing();
  const shown = shownThere(target.verified(), latest, stampNow(clock));
  return {
    key: spec.key,
    kind: spec.kind,
    at: spec.at,
    verifiedAt: shown.verifiedAt,
    verifiedState: shown.verifiedState,
    greener: shown.greener,
    current: shown.isTrueNow && failing === null,
    error: failing?.error ?? null,
    failingSince: failing?.since ?? null,
  };
}

type Shown = Pick<TargetStatus, "verifiedAt" | "verifiedState" | "greener"> & { readonly isTrueNow: boolean };

function shownThere(verified: Verified | null, latest: Edition | null, now: Stamp): Shown {
  if (verified === null) return { verifiedAt: null, verifiedState: null, greener: false, isTrueNow: false };
  const isFresh = elapsedMs(verified.at, now) <= staleAfterMs;
  return {
    verifiedAt: verified.at,
    verifiedState: verified.state,
    greener: latest !== null && isGreener(verified.state, latest.model.state),
    isTrueNow: isFresh && verified.saying === latest?.saying,
  };
}

function publisherStatus(targets: readonly TargetStatus[]): PublisherStatus {
  return {
    targets,
    current: targets.filter((target) => target.current).length,
    total: targets.length,
    attentions: targets.flatMap(targetAttentions),
  };
}

/** `page-not-published`: it does not take the page. `page-greener`: and what is there looks better than the truth. */
function targetAttentions(target: TargetStatus): readonly Attention[] {
  if (target.error === null) return [];
  const error = refusalReason(target.error);
  const refused: Attention = { code: "page-not-published", level: "warning", facts: { target: target.key, error } };
  if (!target.greener) return [refused];
  const shown = target.verifiedState ?? "unknown";
  return [{ code: "page-greener", level: "warning", facts: { target: target.key, shown } }, refused];
}
