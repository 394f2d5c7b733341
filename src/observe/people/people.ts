import { stampNow, type Clock, type Timer } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { NewPeopleReport, PeopleDesk, PeopleReport } from "../../kernel/ports-people.ts";
import { err, ok } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { createPeopleJudge } from "./judge.ts";
import { createPeoplePace, peopleLimits } from "./pace.ts";
import { createSourceNumbers } from "./source.ts";

export interface PeopleDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly log: Log;
  site(): Pick<Site, "services">;
  take(changes: readonly SignalChange[]): Promise<void>;
}

/** Hears what people say of the services. */
export interface People extends PeopleDesk {
  start(): void;
  stop(): void;
}

const lookEveryMs = 60_000;
const keptMs = 90 * 86_400_000;
const rememberedMs = 1_800_000;
const mostShown = 200;
const longest = { isp: 60, comment: 500 } as const;

/** Reads what was said in the last half hour. */
export async function createPeople(deps: PeopleDeps): Promise<People> {
  const { clock, ledger, log } = deps;
  const judge = createPeopleJudge(clock, {
    openSignals: await ledger.read.openSignals(),
    reports: await ledger.read.peopleReportsSince(clock.nowMs() - rememberedMs),
  });
  const [pace, numbers] = [createPeoplePace(clock), createSourceNumbers(clock)];
  let turnedAway = 0;
  let timer: Timer | null = null;

  function tell(changes: readonly SignalChange[]): void {
    if (changes.length === 0) return;
    deps
      .take(changes)
      .catch((thrown: unknown) => log.error("reports by people not told", { error: errorText(thrown) }));
  }

  function look(): void {
    tell(judge.look());
    timer = clock.after(lookEveryMs, look);
  }

  return {
    start: look,
    stop: () => timer?.cancel(),
    turnedAway: () => turnedAway,
    reports: ({ before, limit }) =>
      ledger.read.peopleReports({ limit: Math.min(limit, mostShown), ...(before === undefined ? {} : { before }) }),
    async report(said) {
      if (!deps.site().services.has(said.service)) return err(new KoboshiError("KB4305", { what: "service" }));
      const source = numbers.numberOf(said.address);
      if (!pace.take(source)) {
        turnedAway += 1;
        return err(new KoboshiError("KB4306", { waitMinutes: Math.ceil(peopleLimits.windowMs / 60_000) }));
      }
      const kept = await ledger.transaction(async (tx) => {
        await tx.prunePeopleReports(clock.nowMs() - keptMs);
        return tx.insertPeopleReport({ ...tidy(said), at: stampNow(clock), source });
      });
      tell(judge.heard(kept));
      return ok("kept");
    },
  };
}

/** Without the address, its texts bounded. */
function tidy({
  address: _address,
  isp,
  comment,
  ...said
}: NewPeopleReport): Omit<PeopleReport, "id" | "at" | "source"> {
  return { ...said, isp: bounded(isp, longest.isp), comment: bounded(comment, longest.comment) };
}

function bounded(text: string | null, chars: number): string | null {
  const kept = Array.from((text ?? "").trim())
    .slice(0, chars)
    .join("");
  return kept === "" ? null : kept;
}
