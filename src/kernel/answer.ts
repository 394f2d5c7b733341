import type { Layer, ProbeError } from "./model/observation.ts";

const spokenLayers: ReadonlySet<Layer> = new Set(["tls", "protocol", "application", "content"]);
const answersOnConnect: ReadonlySet<string> = new Set(["refused", "closed", "reset"]);

/**
 * True when the target's own machine answered, even though not as asked: it refused, or its connection was accepted
 * before it failed. Then it is alive and the line to it works.
 */
export function hasAnswered(stop: { readonly layer: Layer | null; readonly error: ProbeError | null }): boolean {
  if (stop.layer === null) return false;
  return spokenLayers.has(stop.layer) || (stop.layer === "connect" && answersOnConnect.has(stop.error?.code ?? ""));
}
