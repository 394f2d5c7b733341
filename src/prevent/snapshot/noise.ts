import type { SnapshotDifference } from "../../kernel/model/snapshot.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { NoiseHistory } from "../../storage/ledger/nouns/snapshots.ts";
import { mayBeNoise, noiseKey } from "./diff.ts";

/** Of so many comparisons with no window between … */
const remembered = 5;
/** … it has to be in so many to be noise. */
const enough = 2;
/** More is not noise but a host that was rebuilt. */
const mostKeys = 500;

/** What comes and goes on each host without a cause. */
export interface Noise {
  of(host: string): (key: string) => boolean;
  /** One comparison more; on disk when it resolves. */
  learn(host: string, differences: readonly SnapshotDifference[]): Promise<void>;
  forget(host: string): Promise<void>;
}

export async function createNoise(ledger: Ledger): Promise<Noise> {
  const histories = new Map(await ledger.read.snapshotNoise());

  async function keep(host: string, history: NoiseHistory): Promise<void> {
    await ledger.transaction((tx) => tx.putSnapshotNoise(host, history));
    histories.set(host, history);
  }

  return {
    of(host) {
      const noisy = learnt(histories.get(host) ?? []);
      return (key) => noisy.has(key);
    },
    async learn(host, differences) {
      const keys = [...new Set(differences.filter(mayBeNoise).map(noiseKey))].slice(0, mostKeys);
      const known = histories.get(host) ?? [];
      // that nothing was found counts too, but five times nothing need not be written again
      if (keys.length === 0 && known.length >= remembered && known.every((one) => one.length === 0)) return;
      await keep(host, [...known, keys].slice(-remembered));
    },
    forget: (host) => keep(host, []),
  };
}

function learnt(history: NoiseHistory): ReadonlySet<string> {
  const seen = new Map<string, number>();
  for (const key of history.flat()) seen.set(key, (seen.get(key) ?? 0) + 1);
  return new Set([...seen].filter(([, times]) => times >= enough).map(([key]) => key));
}
