import { KoboshiError } from "../../kernel/errors.ts";
import type { AftercareFinding } from "../../kernel/model/aftercare.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Window } from "../../kernel/model/window.ts";
import type { AftercareRunner, NewWindow, WindowDesk } from "../../kernel/ports-prevent.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { isZone } from "../../readers/schedule/zone.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { AfterLook } from "./after.ts";
import type { Book } from "./book.ts";
import { coverOf, unknownTarget } from "./cover.ts";
import { cancelled, done, moved, refusedTimes, signed } from "./decisions.ts";
import { unknownRefusal } from "./from-ourselves.ts";
import { verdictOf, type Verdict } from "./gate.ts";
import { heldBySubject } from "./held-subjects.ts";
import { makeWindow } from "./made.ts";
import type { Kept, Seen } from "./watch.ts";

export interface DeskDeps {
  readonly ledger: Ledger;
  readonly book: Book;
  readonly after: AfterLook;
  readonly aftercare: AftercareRunner;
  site(): Site;
  seen(kept: Kept): Seen;
  isWaivable(finding: AftercareFinding): boolean;
  /** looks at all windows at once, for what was just decided */
  look(): Promise<void>;
}

const mostShown = 1_000;

/** What people do with windows. What follows from it is seen to before the answer is given. */
export function createDesk(deps: DeskDeps): Omit<WindowDesk, "heldBy" | "holding"> {
  const { ledger, book, aftercare } = deps;
  const then = async (result: Promise<Result<Window, KoboshiError>>): Promise<Result<Window, KoboshiError>> => {
    const decided = await result;
    if (!decided.ok) return decided;
    await deps.look();
    return ok((await ledger.read.storedWindow(decided.value.id))?.window ?? decided.value);
  };
  return {
    async windows({ states, limit }) {
      const stored = await ledger.read.storedWindows({ states, limit: Math.min(limit, mostShown) });
      return stored.map(({ window }) => window);
    },
    window: async (id) => (await ledger.read.storedWindow(id))?.window ?? null,
    add: (input) => then(add(deps, input)),
    move: ({ id, ...times }) => then(book.decide(id, async (kept, { now }) => moved(kept, { ...times, now }))),
    cancel: ({ id, reason, actor }) =>
      then(
        book.decide(id, async (kept, { now, tx }) =>
          cancelled(kept, { reason, actor, now, held: await tx.heldSignals(id) }),
        ),
      ),
    done: ({ id, actor }) => then(book.decide(id, async (kept, { now }) => done(kept, { actor, now }))),
    sign: (input) => then(sign(deps, input)),
    findings: (id) => aftercare.findings(id),
    async held(id) {
      const [held, open] = await Promise.all([ledger.read.heldSignals(id), ledger.read.openSignals()]);
      return heldBySubject(held, new Set(open.map((signal) => signal.id)));
    },
    recheck: (id) => recheck(deps, id),
  };
}

async function add(
  { book, site }: DeskDeps,
  { wanted, actor }: Parameters<WindowDesk["add"]>[0],
): Promise<Result<Window, KoboshiError>> {
  const refused = refusal(wanted, site());
  if (refused !== null) return err(refused);
  return book.change(async (change) => {
    const { startMs, endMs } = wanted;
    const wrong = refusedTimes({ startMs, endMs }, change.now.atMs);
    if (wrong !== null || endMs === null) return err(wrong ?? new KoboshiError("KB7102", {}));
    const cover = coverOf(site(), wanted.targets);
    return ok(await makeWindow(change, { wanted: { ...wanted, endMs }, cover, actor }));
  });
}

function refusal({ targets, timeZone, title }: NewWindow, site: Site): KoboshiError | null {
  if (title.trim() === "") return new KoboshiError("KB1001", { what: "title" });
  if (targets.length === 0) return new KoboshiError("KB1001", { what: "targets" });
  if (!isZone(timeZone)) return new KoboshiError("KB1001", { what: timeZone });
  const unknown = unknownTarget(site, targets);
  return unknown === null ? null : unknownRefusal(unknown);
}

/** What has not passed is let through in a person's name; what nobody may let through keeps it shut. */
async function sign(
  { book, aftercare, seen, isWaivable }: DeskDeps,
  { id, reason, actor }: Parameters<WindowDesk["sign"]>[0],
): Promise<Result<Window, KoboshiError>> {
  if (reason.trim() === "") return err(new KoboshiError("KB1001", { what: "reason" }));
  const findings = await aftercare.findings(id);
  return book.decide(id, async (kept, { now, tx }) => {
    const verdict = verdictOf(kept, findings, seen(kept));
    const fixed = unwaivable(findings, verdict, isWaivable);
    const isVerifying = kept.window.state === "verifying";
    if (isVerifying && fixed.length > 0) return err(new KoboshiError("KB7104", { checks: fixed.join(", ") }));
    return signed(kept, { reason, actor, now, waived: verdict.failing, held: await tx.heldSignals(id) });
  });
}

function unwaivable(
  findings: readonly AftercareFinding[],
  { failing }: Verdict,
  isWaivable: (finding: AftercareFinding) => boolean,
): readonly string[] {
  const shut = findings.filter((one) => failing.includes(`${one.host}/${one.check}`) && !isWaivable(one));
  return shut.map(({ host, check }) => `${host}/${check}`);
}

async function recheck(
  { ledger, book, after }: DeskDeps,
  id: number,
): Promise<Result<readonly AftercareFinding[], KoboshiError>> {
  const holder = book.alive().find(({ window }) => window.id === id);
  const window = holder?.window ?? (await ledger.read.storedWindow(id))?.window ?? null;
  if (window === null) return err(new KoboshiError("KB1002", { what: `window ${id}` }));
  if (holder === undefined || window.state !== "verifying") {
    return err(new KoboshiError("KB7103", { window: id, state: window.state }));
  }
  return ok(await after.run(holder));
}
