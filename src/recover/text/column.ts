import type { TextClasses } from "../../kernel/model/backup.ts";
import { createClassCounter, differingClasses, type ClassDifference } from "./classes.ts";
import { detectMojibake } from "./detect.ts";
import type { MojibakeKind } from "./kinds.ts";

/** A value and what it probably was. */
export interface Garbled {
  readonly kind: MojibakeKind;
  readonly value: string;
  readonly fixed: string | null;
}

export interface ColumnVerdict {
  /** `live`: garbled already where it was copied from, so the copy is as good as its source */
  readonly state: "clean" | "suspicious" | "live" | "garbled" | "differs";
  readonly values: number;
  readonly sampled: number;
  readonly flagged: number;
  /** the kind most of them have */
  readonly kind: MojibakeKind | null;
  /** bounded, in the order met */
  readonly examples: readonly Garbled[];
  /** largest first; empty when the source was not counted */
  readonly differences: readonly ClassDifference[];
}

/** Reads a column once: classes of every value, the detector on a sample. */
export interface ColumnReader {
  add(value: string): void;
  /**
   * @param source the classes counted where it was copied from; null: not known
   * @param liveRatio share of garbled values there, 0–1; null: not known
   */
  verdict(source: TextClasses | null, liveRatio: number | null): ColumnVerdict;
}

/** Source: RECOVERY §3.4. */
const maxSample = 5_000;
const failAt = { flagged: 3, ratio: 0.005 } as const;
const maxExamples = 3;
const maxExampleLength = 200;

/** @param random 0 ≤ x < 1, seeded so that a verification can be repeated */
export function createColumnReader(random: () => number): ColumnReader {
  const classes = createClassCounter();
  const sample: string[] = [];
  let values = 0;
  return {
    add(value) {
      if (value === "") return;
      classes.add(value);
      values++;
      // each value has the same chance to be among those kept, however many there will be
      const place = values <= maxSample ? values - 1 : Math.floor(random() * values);
      if (place < maxSample) sample[place] = value;
    },
    verdict(source, liveRatio) {
      const garbled = sample.flatMap((value) => {
        const found = detectMojibake(value);
        return found === null
          ? []
          : [{ kind: found.kind, value: cut(value), fixed: found.fixed === null ? null : cut(found.fixed) }];
      });
      const differences = source === null ? [] : differingClasses(source, classes.totals());
      const counted = { values, sampled: sample.length, flagged: garbled.length };
      return {
        ...counted,
        state: judge(counted, differences, liveRatio),
        kind: commonest(garbled),
        examples: garbled.slice(0, maxExamples),
        differences,
      };
    },
  };
}

function judge(
  { sampled, flagged }: { readonly sampled: number; readonly flagged: number },
  differences: readonly ClassDifference[],
  liveRatio: number | null,
): ColumnVerdict["state"] {
  const ratio = sampled === 0 ? 0 : flagged / sampled;
  const isGarbled = flagged >= failAt.flagged && ratio > failAt.ratio;
  // the live side is garbled as much: the copy brought nothing new
  if (isGarbled && liveRatio !== null && ratio <= liveRatio + failAt.ratio && differences.length === 0) return "live";
  if (isGarbled) return "garbled";
  if (differences.length > 0) return "differs";
  return flagged > 0 ? "suspicious" : "clean";
}

function cut(text: string): string {
  return text.length > maxExampleLength ? `${text.slice(0, maxExampleLength)}…` : text;
}

function commonest(garbled: readonly Garbled[]): MojibakeKind | null {
  const counts = new Map<MojibakeKind, number>();
  for (const { kind } of garbled) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
