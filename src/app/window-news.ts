import { type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { EventKind, LedgerEvent } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import type { AftercareFinding } from "../kernel/model/aftercare.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Window } from "../kernel/model/window.ts";
import { heldBySubject } from "../prevent/index.ts";
import type { createNotices } from "../respond/index.ts";
import type { Ledger, LedgerTx } from "../storage/ledger/ledger.ts";
import { every, type Repeating } from "./every.ts";

export interface WindowNewsDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  readonly notices: Pick<ReturnType<typeof createNotices>, "queueWindow">;
}

export interface WindowNewsWatch {
  /** Takes up what was written down since an earlier process looked last. */
  start(): Promise<void>;
  /** Waits for the look under way. */
  stop(): Promise<void>;
}

const seqKey = "window-news.seq";
const atOnce = 500;
/** When the ledger could not take it at once. */
const againMs = 30_000;

const telling: ReadonlySet<EventKind> = new Set(["window.checked", "window.closed", "window.cancelled"]);

/** Has people told what is left when work is over, and what was held when its window ends: each event once, over restarts too. */
export function createWindowNews(deps: WindowNewsDeps): WindowNewsWatch {
  const { ledger, clock, log } = deps;
  let seq = 0;
  let keptSeq = 0;
  let turn: Promise<void> = Promise.resolve();
  let repeating: Repeating | null = null;
  let unlisten: (() => void) | null = null;

  async function lookOnce(): Promise<void> {
    for (;;) {
      const events = await ledger.read.eventsAfter(seq, atOnce);
      for (const event of events.filter(({ kind }) => telling.has(kind))) {
        await ledger.transaction(async (tx) => {
          await tell(deps, tx, event);
          await tx.putSetting(seqKey, String(event.seq));
        });
        seq = event.seq;
        keptSeq = event.seq;
      }
      seq = events.at(-1)?.seq ?? seq;
      // what is of no interest may be read again after a restart, a little of it
      if (seq - keptSeq >= atOnce) await keep();
      if (events.length < atOnce) return;
    }
  }

  async function keep(): Promise<void> {
    await ledger.transaction((tx) => tx.putSetting(seqKey, String(seq)));
    keptSeq = seq;
  }

  /** One after the other; what fails is told and tried again. */
  function look(): Promise<void> {
    turn = turn.then(lookOnce).catch((thrown: unknown) => {
      log.error("news of windows not told", { error: errorText(thrown), retryInMs: againMs });
    });
    return turn;
  }

  return {
    async start() {
      const written = await ledger.read.setting(seqKey);
      seq = written === null ? await ledger.read.lastSeq() : Number(written);
      keptSeq = seq;
      if (written === null) await keep();
      unlisten = ledger.onCommit((events) => {
        if (events.some(({ kind }) => telling.has(kind))) void look();
      });
      repeating = every(clock, againMs, { work: look, failed: () => undefined });
    },
    async stop() {
      unlisten?.();
      repeating?.stop();
      await turn;
    },
  };
}

async function tell({ site, notices }: WindowNewsDeps, tx: LedgerTx, { kind, data }: LedgerEvent): Promise<void> {
  const stored = await tx.storedWindow(Number(data["window"]));
  if (stored === null) return;
  const { window } = stored;
  const isLeft = kind === "window.checked";
  // it may have gone on since: its end tells the rest
  if (isLeft && window.state !== "verifying") return;
  const signals = await tx.heldSignals(window.id);
  const open = new Set((await tx.openSignals()).map(({ id }) => id));
  const held = { count: signals.length, bySubject: heldBySubject(signals, open) };
  const findings = isLeft ? await findingsOf(tx, { window, site: site(), failing: data["failing"] }) : [];
  const news = { window, findings, held };
  await notices.queueWindow(tx, { kind: isLeft ? "after-maintenance" : "maintenance-over", news });
}

interface Checked {
  readonly window: Window;
  readonly site: Site;
  /** names of what keeps the window from closing, as its event says them */
  readonly failing: unknown;
}

/** What was found, and what keeps the window open though nothing was found: silence is no answer. */
async function findingsOf(tx: LedgerTx, { window, site, failing }: Checked): Promise<readonly AftercareFinding[]> {
  const found = await tx.aftercareFindings(window.id);
  const known = new Set(found.map(({ host, check }) => `${host}/${check}`));
  const names = Array.isArray(failing) ? failing.map(String) : [];
  const besides = names.filter((name) => !known.has(name)).map((name) => unfound(name, window, site));
  return [...found.map(slim), ...besides];
}

/** `service:shop/answers`: it does not answer; `web1/not-looked-at`, `web1/same-machine`: nobody could look. */
function unfound(name: string, window: Window, site: Site): AftercareFinding {
  const slash = name.lastIndexOf("/");
  const [of, check] = [name.slice(0, slash), name.slice(slash + 1)];
  const at = window.course.backAt ?? window.createdAt;
  const plain = { windowId: window.id, weight: "critical", at, comparedSince: null, facts: {}, items: [] } as const;
  const unsaid = { ...plain, repairs: [], blockedBy: [] };
  if (check !== "answers")
    return { ...unsaid, host: of, check: check === "not-looked-at" ? "reachable" : check, result: "unobserved" };
  const key = of.slice(of.indexOf(":") + 1);
  const service = site.services.get(key);
  const host = service?.on ?? window.hosts[0] ?? key;
  return { ...unsaid, host, check: "services-answer", result: "fail", items: [service?.name ?? key] };
}

const mostItems = 20;

/** As much as a notice says of it: not the commands, and nothing of what passed but that it did. */
function slim(finding: AftercareFinding): AftercareFinding {
  if (finding.result === "pass") return { ...finding, facts: {}, items: [], repairs: [] };
  const repairs = finding.repairs.map((repair) => ({ ...repair, steps: [] }));
  return { ...finding, items: finding.items.slice(0, mostItems), repairs };
}
