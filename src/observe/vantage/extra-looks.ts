import type { Clock, Timer } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import { writeSpec } from "./spec-text.ts";
import { looksAtOnce, WireLooked, type WireLook } from "./wire.ts";

/** A look that no check asks for, by a probe's kind and its parsed spec without secrets. */
export interface ExtraLook {
  readonly kind: string;
  readonly spec: unknown;
  readonly timeoutMs: number;
}

/** The hub's side of looks that vantages elsewhere are asked for now and then; nothing of them is kept. */
export interface ExtraLooks {
  /** Asks and waits. @returns null when no answer came in time, or too many are under way */
  ask(vantage: string, look: ExtraLook): Promise<ProbeResult | null>;
  /** what a vantage has not been handed after `number`, and the number of the newest */
  handOut(vantage: string, number: number): { readonly looks: readonly WireLook[]; readonly last: number };
  /** Takes what a vantage found. What it was not asked for, or is no longer waited for, is passed over. */
  take(vantage: string, looked: readonly unknown[]): void;
}

/** To the vantage and back, on top of the look itself. */
const wayMs = 2_000;

interface Asking {
  readonly number: number;
  readonly vantage: string;
  readonly look: WireLook;
  answer(result: ProbeResult | null): void;
}

/** @param wake tells vantages that wait for work that there is some */
export function createExtraLooks({ clock, wake }: { clock: Clock; wake: () => void }): ExtraLooks {
  const asking = new Map<string, Asking>();
  let last = 0;
  const of = (vantage: string): Asking[] => [...asking.values()].filter((one) => one.vantage === vantage);

  return {
    ask(vantage, { kind, spec, timeoutMs }) {
      if (of(vantage).length >= looksAtOnce) return Promise.resolve(null);
      const look: WireLook = { id: randomId(), kind, spec: writeSpec(spec), timeoutMs };
      return new Promise((resolve) => {
        const timer: Timer = clock.after(timeoutMs + wayMs, () => answer(null));
        function answer(result: ProbeResult | null): void {
          timer.cancel();
          asking.delete(look.id);
          resolve(result);
        }
        asking.set(look.id, { number: ++last, vantage, look, answer });
        wake();
      });
    },
    handOut: (vantage, number) => ({
      looks: of(vantage)
        .filter((one) => one.number > number)
        .map(({ look }) => look),
      last,
    }),
    take(vantage, looked) {
      for (const one of looked) {
        const found = WireLooked.safeParse(one).data;
        if (found === undefined) continue;
        const { id, ...result } = found;
        const open = asking.get(id);
        if (open?.vantage === vantage) open.answer(result);
      }
    },
  };
}
