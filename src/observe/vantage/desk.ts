import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { VantageStatus } from "../../kernel/model/status.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger, LedgerTx } from "../../storage/ledger/ledger.ts";
import type { Sight } from "../connectivity.ts";
import { claimSequence, identifyCaller, refusalAsValue, type Caller, type VantageRequest } from "./caller.ts";
import type { ExtraLook } from "./extra-looks.ts";
import { createHandout, type Handout } from "./handout.ts";
import { takeIn, type Intake, type TakenIn } from "./intake.ts";
import { createJoin, rememberJoinTokens } from "./join.ts";
import { createSeats, readReport, writeReport, type Seats } from "./seats.ts";
import { ReportBody, type JoinAnswer, type ReportAnswer, type WorkAnswer } from "./wire.ts";

/** The hub's side of the vantages that stand elsewhere. Refusals are values with their code. */
export interface VantageDesk {
  /** @param body what was posted, not yet looked at. KB4001 whatever is wrong with it; KB3004 after too many */
  join(body: unknown): Promise<Result<JoinAnswer, KoboshiError>>;
  /** Answers when there is something to do that `?after=` does not know, within 25 s or when `signal` aborts. KB4002, KB4003 */
  work(request: VantageRequest, signal?: AbortSignal): Promise<Result<WorkAnswer, KoboshiError>>;
  /** KB4002, KB4003; KB1001 when it is no report; KB2003. What it brought is committed when it answers. */
  report(request: VantageRequest): Promise<Result<ReportAnswer, KoboshiError>>;
  /** Asks every vantage that runs one of them to look now. */
  probeNow(checkIds: readonly string[]): void;
  /** One look that no check asks for, from a vantage elsewhere. Null: no answer in time. Its spec holds no secret. */
  look(vantage: string, look: ExtraLook): Promise<ProbeResult | null>;
  /** From now on the vantage's key is void; only a new token lets it in again. KB1002 */
  revoke(input: { readonly name: string; readonly actor: Actor }): Promise<Result<void, KoboshiError>>;
  /** in the order of the configuration, the hub's own included */
  statuses(): readonly VantageStatus[];
  withheld: Handout["withheld"];
  /** To be called when the configuration was replaced: notes new join tokens and hands out the new work. */
  siteChanged(): Promise<void>;
}

export interface VantageDeskDeps {
  readonly ledger: Ledger;
  readonly site: () => Site;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with what a report brought, after it was committed; a report brings nothing twice. */
  readonly onIntake: (intake: Intake) => void;
  /** Keeps what a report brought in the report's own transaction; it must not begin another. */
  readonly keep?: (tx: LedgerTx, intake: Intake) => Promise<void>;
  /** what the hub's own vantage says of its eyes */
  readonly hereSight?: () => Sight | null;
}

interface Desk extends VantageDeskDeps {
  readonly seats: Seats;
  readonly handout: Handout;
}

/** Opens the desk: notes the configuration's join tokens and reads what the ledger knows of each vantage. */
export async function createVantageDesk(deps: VantageDeskDeps): Promise<VantageDesk> {
  const handout = createHandout(deps);
  const seats = createSeats(deps);
  const desk: Desk = { ...deps, handout, seats };
  const join = createJoin(deps);
  await rememberJoinTokens(deps);
  await seats.refresh();
  return {
    async join(body) {
      const joined = await refusalAsValue(join(body));
      if (!joined.ok) return joined;
      await seats.refresh();
      if (joined.value.ok) seats.joined(joined.value.value.vantage);
      return joined.value;
    },
    work: (request, signal) => work(desk, request, signal),
    report: (request) => report(desk, request),
    probeNow: (checkIds) => handout.probeNow(checkIds),
    look: (vantage, look) => lookFrom(desk, vantage, look),
    revoke: (input) => revoke(desk, input),
    statuses: () => seats.statuses(),
    withheld: () => handout.withheld(),
    async siteChanged() {
      await rememberJoinTokens(deps);
      await seats.refresh();
      handout.wakeAll();
    },
  };
}

/** A vantage that is silent or unknown is not waited for. */
async function lookFrom({ seats, handout }: Desk, vantage: string, look: ExtraLook): Promise<ProbeResult | null> {
  const seat = seats.statuses().find(({ name }) => name === vantage);
  const hears = vantage !== "here" && (seat?.state === "ok" || seat?.state === "blind");
  return hears ? handout.extra.ask(vantage, look) : null;
}

async function work(
  desk: Desk,
  request: VantageRequest,
  signal?: AbortSignal,
): Promise<Result<WorkAnswer, KoboshiError>> {
  const caller = await identifyCaller(desk, request);
  if (!caller.ok) return caller;
  const claimed = await refusalAsValue(desk.ledger.transaction((tx) => claimSequence(tx, caller.value)));
  if (!claimed.ok) return claimed;
  const { name, publicKey } = caller.value.vantage;
  const query = new URLSearchParams(request.path.split("?")[1] ?? "");
  const asked = { cursor: query.get("after") ?? "", isPrivate: query.get("private") === "1" };
  const answer = await desk.handout.wait(name, asked, signal);
  // it may have been revoked while it waited
  const now = await desk.ledger.read.vantage(name);
  const stillIn =
    now !== null && now.revokedAt === null && now.publicKey === publicKey && desk.site().vantages.has(name);
  return stillIn ? ok(answer) : err(new KoboshiError("KB4002", { vantage: name }));
}

async function report(desk: Desk, request: VantageRequest): Promise<Result<ReportAnswer, KoboshiError>> {
  const startedMs = desk.clock.monotonicMs();
  const now = stampNow(desk.clock);
  const caller = await identifyCaller(desk, request);
  if (!caller.ok) return caller;
  const body = ReportBody.safeParse(parseJson(request.body)).data;
  if (body === undefined) return err(new KoboshiError("KB1001", { what: "vantage report" }));
  const done = await refusalAsValue(
    desk.ledger.transaction((tx) =>
      keepReport(tx, desk, { caller: caller.value, body, now, peer: request.peer ?? null }),
    ),
  );
  if (!done.ok) return done;
  const { intake, state, refused } = done.value;
  const { name } = caller.value.vantage;
  desk.seats.heard(name, state);
  desk.handout.extra.take(name, body.looked ?? []);
  if (refused > 0) desk.log.warn("a vantage reported what it was not asked for", { vantage: name, count: refused });
  handOn(desk, intake);
  return ok({ takenUntil: state.takenUntil, refused, tookMs: desk.clock.monotonicMs() - startedMs });
}

/** The report is committed: what goes wrong behind the desk must not have it sent again. */
function handOn({ onIntake, log }: Desk, intake: Intake): void {
  if (intake.fresh.length + intake.late.length === 0) return;
  try {
    onIntake(intake);
  } catch (thrown) {
    log.error("what a vantage reported could not be handed on", { vantage: intake.vantage, text: errorText(thrown) });
  }
}

interface Incoming {
  readonly caller: Caller;
  readonly body: ReportBody;
  readonly now: Stamp;
  readonly peer: string | null;
}

/** The number, what was taken, the vantage's own word and what follows from it: one transaction. */
async function keepReport(tx: LedgerTx, desk: Desk, { caller, body, now, peer }: Incoming): Promise<TakenIn> {
  await claimSequence(tx, caller);
  const { name } = caller.vantage;
  const before = await readReport(tx, name);
  const taken = takeIn(body, { vantage: name, checks: desk.handout.checksOf(name), before, now, peer });
  const [was, is] = [before?.sight === "blind", taken.state.sight === "blind"];
  if (was !== is) {
    const data = { vantage: name, reasons: body.connectivity.reasons };
    await tx.append({
      kind: is ? "vantage.blind" : "vantage.sighted",
      actor: `vantage:${name}`,
      incidentId: null,
      data,
    });
  }
  await desk.keep?.(tx, taken.intake);
  await writeReport(tx, name, taken.state);
  return taken;
}

async function revoke(
  desk: Desk,
  { name, actor }: { name: string; actor: Actor },
): Promise<Result<void, KoboshiError>> {
  const revoked = await desk.ledger.transaction(async (tx) => {
    const stored = await tx.vantage(name);
    if (stored === null) return false;
    if (stored.revokedAt !== null) return true;
    await tx.putVantage({ ...stored, revokedAt: stampNow(desk.clock) });
    await tx.append({ kind: "vantage.revoked", actor, incidentId: null, data: { vantage: name } });
    return true;
  });
  if (!revoked) return err(new KoboshiError("KB1002", { what: `vantage:${name}` }));
  await desk.seats.refresh();
  desk.handout.wakeAll();
  return ok(undefined);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined; // no report: the schema says so
  }
}
