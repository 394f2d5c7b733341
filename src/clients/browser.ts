import { EventEmitter, once } from "node:events";
import os from "node:os";
import type { Browser, BrowserContext } from "playwright-core";
import type { Clock, Timer } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok } from "../kernel/result.ts";
import { blind, type Attempt, type Phase, type Step, type Stop } from "./attempt.ts";

/** Waits for a turn, a start, a page: whatever takes too long here is our own doing until the page itself is asked for. */
const ownPhase: Phase = { layer: "application", timing: null, limitMs: Infinity };
/** Checks that follow each other share one process; then its memory is given back. */
const idleMs = 3_000;
/** A browser that does not even close a window in this time hangs. */
const closeMs = 2_000;
const viewport = { width: 1_280, height: 800 };

export interface BrowserKeeper {
  /**
   * Runs `work` in a fresh profile of its own, which is gone afterwards. One at a time: there is one browser process, started
   * when needed and closed when nothing needs it.
   */
  use<T>(attempt: Attempt, program: string, work: (context: BrowserContext) => Promise<T>): Promise<Step<T>>;
}

export function createBrowserKeeper(): BrowserKeeper {
  let last: Promise<void> = Promise.resolve();
  let kept: Browser | null = null;
  let idle: Timer | null = null;

  async function browserOf(attempt: Attempt, program: string): Promise<Step<Browser>> {
    idle?.cancel();
    if (kept?.isConnected() === true) return ok(kept);
    const started = await launch(attempt, program);
    if (!started.ok) return unstarted(started.error);
    kept = started.value;
    return started;
  }

  function drop(): void {
    const browser = kept;
    kept = null;
    // what cannot be closed is killed with this process at the latest
    browser?.close().catch(() => undefined);
  }

  async function withProfile<T>(
    attempt: Attempt,
    program: string,
    work: (context: BrowserContext) => Promise<T>,
  ): Promise<Step<T>> {
    const browser = await browserOf(attempt, program);
    if (!browser.ok) return browser;
    const opened = await attempt.phase<BrowserContext>(ownPhase, (settle) => {
      browser.value.newContext({ viewport, acceptDownloads: false, serviceWorkers: "block" }).then(
        (context) => settle(ok(context)),
        (thrown: unknown) => settle(crashed(thrown)),
      );
      return drop;
    });
    if (!opened.ok) return unstarted(opened.error);
    try {
      return ok(await work(opened.value));
    } finally {
      if (!(await closes(opened.value, attempt.clock))) drop();
      idle = attempt.clock.after(idleMs, drop);
    }
  }

  return {
    async use(attempt, program, work) {
      const before = last;
      const turns = new EventEmitter();
      last = once(turns, "over").then(() => undefined);
      try {
        const turn = await attempt.phase<void>(ownPhase, (settle) => {
          void before.then(() => settle(ok(undefined)));
          return () => undefined;
        });
        if (!turn.ok && turn.error.code === "timeout") {
          return blind("application", "browser-busy", "other pages were being looked at all the time");
        }
        return turn.ok ? await withProfile(attempt, program, work) : turn;
      } finally {
        // whoever waits behind this one also waits for those before it
        void before.then(() => turns.emit("over"));
      }
    },
  };
}

/** Its own slowness says nothing of the page. */
function unstarted({ outcome, text, ...stopped }: Stop): Step<never> {
  return outcome === "unknown" ? err({ outcome, text, ...stopped }) : blind("application", "browser-not-started", text);
}

async function closes(context: BrowserContext, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const patience = clock.after(closeMs, () => resolve(false));
    const end = (closed: boolean): void => {
      patience.cancel();
      resolve(closed);
    };
    context.close().then(
      () => end(true),
      () => end(false),
    );
  });
}

/** Chromium refuses its own sandbox to root. */
export function isSandboxed(): boolean {
  return process.getuid?.() !== 0;
}

async function launch(attempt: Attempt, program: string): Promise<Step<Browser>> {
  // tens of megabytes that only those pay who look at pages
  const { chromium } = await import("playwright-core");
  return attempt.phase<Browser>(ownPhase, (settle) => {
    let wanted = true;
    const { PATH = "/usr/bin:/bin", LANG = "C.UTF-8" } = process.env;
    chromium
      .launch({
        executablePath: program,
        chromiumSandbox: isSandboxed(),
        args: ["--disable-gpu", "--disable-dev-shm-usage"],
        // nothing of ours: the process runs foreign code
        env: { PATH, LANG, HOME: os.tmpdir() },
        // the hub ends by its own rules
        handleSIGHUP: false,
        handleSIGINT: false,
        handleSIGTERM: false,
        timeout: Math.max(1, attempt.remainingMs()),
      })
      .then(
        (browser) => (wanted ? settle(ok(browser)) : browser.close().catch(() => undefined)),
        (thrown: unknown) => settle(err(blind("application", "browser-not-started", why(thrown)).error)),
      );
    return () => {
      wanted = false;
    };
  });
}

/** Its first words and what the browser printed about itself; the rest is a list of flags. */
function why(thrown: unknown): string {
  const lines = errorText(thrown).split("\n");
  return [lines[0], ...lines.filter((line) => /ERROR|FATAL|sandbox/i.test(line)).slice(0, 3)].join("\n");
}

export function crashed(thrown: unknown): Step<never> {
  return blind("application", "browser-crashed", errorText(thrown).split("\n")[0] ?? "");
}
