/** Where in its period a check runs: 0 ≤ x < 1, spread evenly over ids and always the same for one id. Source: FNV-1a, 32 bits. */
export function phaseRatio(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  // FNV leaves ids that differ in their last letter close together; the finaliser of MurmurHash3 spreads them
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * The first moment after `afterMs` on a check's grid, `k · everyMs + phase` of the monotonic clock: exact however late
 * the last one ran, and the same after a restart of koboshi.
 */
export function nextTickMs(check: { readonly id: string; readonly everyMs: number }, afterMs: number): number {
  const phaseMs = Math.floor(phaseRatio(check.id) * check.everyMs);
  const next = phaseMs + Math.ceil((afterMs - phaseMs) / check.everyMs) * check.everyMs;
  return next > afterMs ? next : next + check.everyMs;
}
