import fs from "node:fs";
import { z } from "zod";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import { readJson, writeDurably } from "./folder.ts";
import { mailSilence, type SilenceMail } from "./silence-mail.ts";
import { SilenceKit } from "./wire.ts";

export interface SilenceWatchDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly vantage: string;
  /** for its owner alone: it holds the mail channel's password */
  readonly file: string;
  /** when the hub last answered, by the monotonic clock; null: not since this start */
  heardMs(): number | null;
  /** whether this machine can look out at all */
  canSee(): Promise<boolean>;
}

/** Mails by itself when the hub is silent: once, and once more when it is heard again. */
export interface SilenceWatch {
  /** What the hub handed out; null: it must not mail. Kept for the next start. */
  use(kit: SilenceKit | null): void;
  start(): void;
  stop(): void;
}

const silentAfterMs = 300_000;
const lookEveryMs = 5_000;
const retryMs = 60_000;

const Kept = z.object({
  kit: SilenceKit,
  /** a silence that is being told; whoever has heard of it does not hear again when this vantage starts anew */
  told: z.object({ id: z.string(), sinceAtMs: z.number(), reached: z.array(z.string()) }).nullable(),
});
type Kept = z.infer<typeof Kept>;

interface State extends SilenceWatchDeps {
  kept: Kept | null;
  startedMs: number;
  triedMs: number;
}

export function createSilenceWatch(deps: SilenceWatchDeps): SilenceWatch {
  const { clock, log, file } = deps;
  const startedMs = clock.monotonicMs();
  const state: State = { ...deps, kept: readJson(file, Kept), startedMs, triedMs: Number.NEGATIVE_INFINITY };
  let timer: Timer | null = null;
  let stopped = false;

  function turn(): void {
    look(state)
      .catch((thrown: unknown) => log.error("the hub's silence was not looked at", { text: errorText(thrown) }))
      .finally(() => {
        if (!stopped) timer = clock.after(lookEveryMs, turn);
      });
  }

  return {
    use: (kit) => keep(state, kit === null ? null : { kit, told: state.kept?.told ?? null }),
    start: turn,
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

function keep(state: State, next: Kept | null): void {
  if (JSON.stringify(next) === JSON.stringify(state.kept)) return;
  state.kept = next;
  try {
    if (next === null) fs.rmSync(state.file, { force: true });
    else writeDurably(state.file, JSON.stringify(next));
  } catch (thrown) {
    state.log.error("what to do when the hub is silent could not be kept", { text: errorText(thrown) });
  }
}

async function look(state: State): Promise<void> {
  const { kept, clock } = state;
  const nowMs = clock.monotonicMs();
  const quietMs = nowMs - (state.heardMs() ?? state.startedMs);
  const kind = kept === null ? null : whatToTell(kept, { quietMs, isHeard: state.heardMs() !== null });
  if (kept === null || kind === null || nowMs - state.triedMs < retryMs || !(await state.canSee())) return;
  state.triedMs = nowMs;
  await (kind === "silent" ? tellSilence(state, kept, quietMs) : tellHeard(state, kept));
}

/** @param hub.isHeard since this start: before that, nothing can be said of a silence's end */
function whatToTell({ kit, told }: Kept, hub: { quietMs: number; isHeard: boolean }): "silent" | "heard" | null {
  if (hub.quietMs >= silentAfterMs) return told?.reached.length === kit.people.length ? null : "silent";
  return told !== null && hub.isHeard ? "heard" : null;
}

async function tellSilence(state: State, { kit, told }: Kept, quietMs: number): Promise<void> {
  const { clock, log } = state;
  const begun = told ?? { id: randomId(), sinceAtMs: clock.nowMs() - quietMs, reached: [] };
  keep(state, { kit, told: begun }); // first, so that a crash in between mails it again under the same id
  log.warn("the hub is silent: mailing without it", { silentMs: quietMs });
  const reached = [...begun.reached];
  for (const person of kit.people) {
    if (reached.includes(person.mail)) continue;
    const isDone = await mailSilence(state, { ...factsOf(state, kit, begun), person, kind: "silent" });
    if (isDone) reached.push(person.mail);
  }
  // the hub may have handed out something newer meanwhile
  if (state.kept !== null) keep(state, { ...state.kept, told: { ...begun, reached } });
}

async function tellHeard(state: State, { kit, told }: Kept): Promise<void> {
  if (told === null) return;
  state.log.info("the hub is heard again");
  keep(state, { kit, told: null });
  for (const person of kit.people) {
    if (!told.reached.includes(person.mail)) continue;
    await mailSilence(state, { ...factsOf(state, kit, told), person, kind: "heard" });
  }
}

function factsOf(
  { clock, vantage, heardMs }: State,
  kit: SilenceKit,
  { id, sinceAtMs }: NonNullable<Kept["told"]>,
): Omit<SilenceMail, "person" | "kind"> {
  const nowMs = clock.nowMs();
  const heard = heardMs();
  const heardAtMs = heard === null ? null : nowMs - (clock.monotonicMs() - heard);
  return { kit, id, vantage, heardAtMs, silentMs: Math.max(silentAfterMs, nowMs - sinceAtMs) };
}
