import type { Stamp } from "../../kernel/clock.ts";
import { kindOf } from "../../kernel/model/component.ts";
import type { AftercareFinding } from "../../kernel/model/aftercare.ts";
import type { HeldSignal } from "../../storage/ledger/nouns/windows.ts";
import { windowEvent, type Kept, type Seen, type Stepped } from "./watch.ts";

/** What keeps a window from closing. */
export interface Verdict {
  /** `host/check` and `service:KEY/answers`, in the order of the hosts */
  readonly failing: readonly string[];
  readonly isCritical: boolean;
}

/** What was not asked is not passed: neither a host without findings nor a service that nobody sees answer. */
export function verdictOf(
  { window }: Kept,
  findings: readonly AftercareFinding[],
  seen: Pick<Seen, "units" | "machines">,
): Verdict {
  const shut = findings.filter(({ weight, result }) => weight !== "info" && result !== "pass");
  const found = shut.map(({ host, check, weight }) => ({ name: `${host}/${check}`, weight }));
  const unasked = window.hosts.filter((host) => findings.every((finding) => finding.host !== host));
  const rekeyed = window.hosts.filter((host) => seen.machines.get(host)?.isKeyChanged === true);
  const silent = [...seen.units].filter(
    ([id, unit]) => kindOf(id) === "service" && unit.isWatched && unit.reach !== "well",
  );
  const critical = [
    ...unasked.map((host) => `${host}/not-looked-at`),
    ...rekeyed.map((host) => `${host}/same-machine`),
    ...silent.map(([id]) => `${id}/answers`),
  ].filter((name) => found.every((one) => one.name !== name));
  return {
    failing: [...found.map(({ name }) => name), ...critical],
    isCritical: critical.length > 0 || found.some(({ weight }) => weight === "critical"),
  };
}

/** What the last look at everything makes of the window: it closes by itself, or stays shut and says by what. */
export function judged(
  { window, watch }: Kept,
  { verdict, now, held }: { readonly verdict: Verdict; readonly now: Stamp; readonly held: readonly HeldSignal[] },
): Stepped {
  const next = { ...watch, ...verdict };
  if (verdict.failing.length === 0) {
    const event = windowEvent("window.closed", window, { by: "checks", ...summaryOf(held) });
    return { window: { ...window, state: "closed", closedAt: now }, watch: next, events: [event] };
  }
  const isNews = watch.failing === null || watch.failing.join("\n") !== verdict.failing.join("\n");
  const facts = { failing: verdict.failing, critical: verdict.isCritical };
  return { window, watch: next, events: isNews ? [windowEvent("window.checked", window, facts)] : [] };
}

/** What waited while it lasted, folded by what showed it. */
export function summaryOf(held: readonly HeldSignal[]): Readonly<Record<string, unknown>> {
  const subjects: Record<string, number> = {};
  for (const { subject } of held) subjects[subject] = (subjects[subject] ?? 0) + 1;
  return { held: held.length, heldBySubject: subjects };
}
