import { createHash } from "node:crypto";
import { later, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import type { Delivery, WindowNoticeKind } from "../kernel/model/notice.ts";
import type { EscalationStep, Site } from "../kernel/model/site.ts";
import type { LedgerTx } from "../storage/ledger/ledger.ts";
import { isLeft } from "../words/window-findings.ts";
import type { WindowNews } from "../words/window-mail.ts";
import { feedsOf, policyOf, toldByStep, unique, type About, type Recipient } from "./audience.ts";
import { deliveryId, everyone } from "./delivery-id.ts";
import { enqueueDelivery } from "./notices.ts";
import { quietWaitMs } from "./quiet.ts";

export interface WindowNotice {
  readonly kind: WindowNoticeKind;
  readonly news: WindowNews;
}

export interface WindowNoticeDeps {
  readonly clock: Clock;
  site(): Site;
}

/** It asks for something, and nobody has to get up for it. */
const severity = "warning";

/** What the way of a notice about a window depends on; a subject counts only when it is a channel, which no window has. */
export function aboutWindow({ window }: WindowNews): About {
  return { subject: window.targets[0] ?? "vantage:here", quiet: false, severity };
}

/**
 * Puts a notice about a window into the outbox inside the caller's transaction, for whoever the first step of the policy
 * tells and for the rooms that hear everything. What is left is told when something in it was not told before; the end is
 * told once, when alarms were held or something had been told to be left.
 * @returns what was new
 */
export async function queueWindowNotice(
  tx: LedgerTx,
  deps: WindowNoticeDeps,
  notice: WindowNotice,
): Promise<readonly Delivery[]> {
  const { kind, news } = notice;
  const [site, at] = [deps.site(), stampNow(deps.clock)];
  const before = await tx.windowDeliveries(news.window.id);
  if (!isNews(notice, before)) return [];
  const queued: Delivery[] = [];
  for (const recipient of toldOf(site, news)) {
    const delivery = draft({ site, at, notice, fact: factOf(kind, news) }, recipient);
    if (await enqueueDelivery(tx, delivery)) queued.push(delivery);
  }
  return queued;
}

function isNews({ kind, news }: WindowNotice, before: readonly Delivery[]): boolean {
  const earlier = before.filter((one) => one.kind === "after-maintenance");
  if (kind === "maintenance-over") return news.held.count > 0 || earlier.length > 0;
  const told = new Set(earlier.flatMap(({ snapshot }) => leftOf(snapshot as WindowNews)));
  return leftOf(news).some((name) => !told.has(name));
}

function leftOf({ findings }: WindowNews): readonly string[] {
  return findings.filter(isLeft).map(({ host, check }) => `${host}/${check}`);
}

/** Tells this notice from others of the same kind about the same window: its version, and what is left. */
function factOf(kind: WindowNoticeKind, news: WindowNews): string {
  const version = `v${news.window.version}`;
  if (kind === "maintenance-over") return version;
  const left = leftOf(news).toSorted().join("\n");
  return `${version}-${createHash("sha256").update(left).digest("hex").slice(0, 12)}`;
}

function toldOf(site: Site, news: WindowNews): readonly Recipient[] {
  const steps = firstSteps(policyOf(site));
  return unique([...steps.flatMap((step) => toldByStep(site, step, aboutWindow(news))), ...feedsOf(site)]);
}

function firstSteps(policy: readonly EscalationStep[]): readonly EscalationStep[] {
  const firstMs = Math.min(...policy.map(({ afterMs }) => afterMs));
  return policy.filter(({ afterMs }) => afterMs === firstMs);
}

interface Draft {
  readonly site: Site;
  readonly at: Stamp;
  readonly notice: WindowNotice;
  readonly fact: string;
}

function draft({ site, at, notice, fact }: Draft, { channel, recipient }: Recipient): Delivery {
  const { kind, news } = notice;
  const { timeZone, notify } = site;
  const waitMs = recipient === everyone ? 0 : quietWaitMs({ quiet: notify.quiet, severity, timeZone, atMs: at.atMs });
  const about = { incidentId: null, windowId: news.window.id, kind };
  return {
    ...about,
    id: deliveryId({ ...about, fact, channel, recipient, insteadOf: null }),
    channel,
    recipient,
    state: waitMs > 0 ? "held" : "pending",
    attempts: 0,
    createdAt: at,
    dueAt: later(at, waitMs),
    sentAt: null,
    lastError: null,
    snapshot: news,
  };
}
