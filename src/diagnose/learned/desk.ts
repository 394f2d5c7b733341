import { stampNow, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Habit, Learned, LearnedCase, LearnedHabit } from "../../kernel/model/learned.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { DiagnosisDesk } from "../../kernel/ports-diagnosis.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { StoredCase } from "../../storage/ledger/nouns/diagnoses.ts";
import { learnedWords } from "../../words/learned.ts";
import { leastToFit } from "../engine/calibrate.ts";
import { dayOf, habitKey, habitsOf, healthyLeak } from "../engine/habits.ts";
import { lessonsOf } from "../engine/learn.ts";
import { usualTuning } from "../engine/tuning.ts";
import { otherUnknown } from "../engine/unknown.ts";
import type { HabitBook } from "../habits/book.ts";
import { changesPerHour } from "../habits/changes.ts";
import type { Catalogue, Habits, Lessons, PartGraph } from "../model.ts";
import type { Fitting } from "./fitting.ts";
import { proposalsFrom } from "./proposals.ts";

export interface LearnedDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly book: Pick<HabitBook, "all" | "mark">;
  readonly fitting: Pick<Fitting, "fit">;
  readonly sources: Pick<DiagnosisSources, "notes">;
  site(): Site;
  graph(): PartGraph;
}

type Faces = Pick<DiagnosisDesk, "learned" | "casesOf" | "habits" | "setHabit" | "withdraw">;

/** What was learned, for the engine and for people. */
export interface LearnedDesk {
  readonly faces: Faces;
  /** as it counts now, for one diagnosis */
  now(): Promise<{ readonly lessons: Lessons; readonly habits: Habits; readonly temperature: number }>;
}

const mostShown = 200;
/** A habit that changes less is not worth a line. */
const shownFrom = 1.5;

export function createLearnedDesk(deps: LearnedDeps): LearnedDesk {
  const { clock, ledger, catalogue, book } = deps;
  return {
    async now() {
      const [cases, changes] = await Promise.all([ledger.read.confirmedCases(), changesPerHour(deps, clock.nowMs())]);
      const standing = cases.filter(({ withdrawn }) => !withdrawn);
      const today = dayOf(clock.nowMs());
      return {
        lessons: lessonsOf(standing, stampNow(clock), { catalogue, graph: deps.graph() }),
        habits: habitsOf(book.all(), { catalogue, today, changesPerHour: changes }),
        temperature: deps.fitting.fit()?.temperature ?? usualTuning.temperature,
      };
    },
    faces: {
      learned: () => everythingLearned(deps),
      async casesOf(incidentId) {
        const cases = await ledger.read.confirmedCases();
        return cases.filter((one) => one.incidentId === incidentId).map((one) => learnedCase(one, catalogue));
      },
      habits: () => book.all(),
      setHabit: (input) => setHabit(deps, input),
      withdraw: (input) => withdraw(deps, input),
    },
  };
}

async function everythingLearned(deps: LearnedDeps): Promise<Learned> {
  const { ledger, catalogue, book } = deps;
  const cases = await ledger.read.confirmedCases();
  const kept = book.all();
  return {
    cases: cases.toReversed().map((one) => learnedCase(one, catalogue)),
    habits: learnedHabits(kept, deps),
    habitsKept: kept.length,
    proposals: proposalsFrom(cases, { catalogue, graph: deps.graph() }),
    fit: {
      shipped: usualTuning.temperature,
      temperature: deps.fitting.fit()?.temperature ?? null,
      cases: deps.fitting.fit()?.cases ?? 0,
      leastCases: leastToFit,
    },
  };
}

function learnedCase(stored: StoredCase, { causes }: Catalogue): LearnedCase {
  const { id, incidentId, cause, at, actor, note, trust, withdrawn } = stored;
  const unknown = { ja: learnedWords("ja").notInCatalogue, en: learnedWords("en").notInCatalogue };
  const title = causes.get(cause.id)?.title ?? (cause.id === otherUnknown ? unknown : sameIn(cause.id));
  return { id, incidentId, cause, title, at, actor, note, trust, withdrawn };
}

function sameIn(text: string): { readonly ja: string; readonly en: string } {
  return { ja: text, en: text };
}

/** Those that make something abnormal count less than the catalogue says, and those taken back. */
function learnedHabits(kept: readonly Habit[], { catalogue, clock }: LearnedDeps): readonly LearnedHabit[] {
  const today = dayOf(clock.nowMs());
  return kept
    .flatMap((habit) => {
      const kind = catalogue.evidence.get(habit.evidence);
      const healthy = kind === undefined ? null : healthyLeak(habit.days, kind, today);
      if (kind === undefined || healthy === null) return [];
      const states = kind.states.slice(1).map((state, index) => ({
        state,
        word: kind.stateWords[state] ?? sameIn(state),
        shipped: kind.leak[index] ?? 0,
        learned: healthy.leak[index] ?? 0,
      }));
      const factor = Math.max(...states.map(({ shipped, learned }) => (shipped === 0 ? 0 : learned / shipped)));
      if (factor < shownFrom && !habit.withdrawn) return [];
      const { evidence, target, vantage, withdrawn } = habit;
      const { days, isChronic } = healthy;
      return [{ factor, shown: { evidence, target, vantage, title: kind.title, states, days, isChronic, withdrawn } }];
    })
    .toSorted((a, b) => b.factor - a.factor)
    .slice(0, mostShown)
    .map(({ shown }) => shown);
}

type SetHabit = Parameters<DiagnosisDesk["setHabit"]>[0];

async function setHabit(
  { ledger, book }: LearnedDeps,
  { habit, withdrawn, actor }: SetHabit,
): Promise<Result<void, KoboshiError>> {
  const known = book.all().find((one) => habitKey(one) === habitKey(habit));
  if (known === undefined) return err(new KoboshiError("KB1002", { what: habitKey(habit).trim() }));
  if (known.withdrawn === withdrawn) return ok(undefined);
  await ledger.transaction(async (tx) => {
    await tx.putHabit(known);
    await tx.markHabit(known, withdrawn);
    const { evidence, target, vantage } = known;
    const kind = withdrawn ? "habit.withdrawn" : "habit.restored";
    await tx.append({ kind, actor, incidentId: null, data: { evidence, target, vantage } });
  });
  book.mark(habit, withdrawn);
  return ok(undefined);
}

/** The incident's timeline tells of it as of the confirmation. */
async function withdraw(
  { ledger, catalogue }: LearnedDeps,
  { caseId, withdrawn, actor }: Parameters<DiagnosisDesk["withdraw"]>[0],
): Promise<Result<{ readonly incidentId: number }, KoboshiError>> {
  return ledger.transaction(async (tx) => {
    const known = (await tx.confirmedCases()).find(({ id }) => id === caseId);
    if (known === undefined) return err(new KoboshiError("KB1002", { what: `case ${caseId}` }));
    const { incidentId, note } = known;
    if (known.withdrawn === withdrawn) return ok({ incidentId });
    const { title, cause } = learnedCase(known, catalogue);
    const data = { caseId, cause: cause.id, component: cause.component, title, note };
    await tx.markCase(caseId, withdrawn);
    const kind = withdrawn ? "incident.cause-withdrawn" : "incident.cause-confirmed";
    await tx.append({ kind, actor, incidentId, data });
    return ok({ incidentId });
  });
}
