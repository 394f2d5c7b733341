import type { ComponentId } from "../../src/kernel/model/component.ts";
import type { Seen } from "../../src/kernel/model/diagnosis.ts";

/** `vp.http service:web none va`: evidence, target, state, and the vantage that saw it. */
export type Sighting = string;

export function seenAs(sighting: Sighting, more: Partial<Seen> = {}): Seen {
  const [evidence = "", target = "", state = "", vantage = null] = sighting.split(" ");
  const at = { atMs: 0, monotonicMs: 0, bootId: "boot-1" };
  const bare = { value: null, facts: {}, raw: "", at, past: false, changedAtMs: null };
  return { evidence, target: target as ComponentId, state, vantage, ...bare, ...more };
}
