import type { DayNumber } from "./days.ts";
import { stemOf, type Found, type Part } from "./parts.ts";
import type { FileName } from "./tables.ts";

/** Which parts there are now; changed together with the files, by whoever changes these. */
export interface Shelf {
  /** by day and generation, oldest first */
  parts(): readonly Part[];
  /** The part that takes rows of this day; a new one, not yet on disk, when there is none. */
  writable(day: DayNumber): Part;
  put(part: Part): void;
  drop(part: Part): void;
  /** A file of a folder is gone; the folder with its last one. */
  dropFile(part: Part, file: FileName): void;
  replaceAll(found: Found): void;
  noteDamage(part: Pick<Part, "day" | "generation">): void;
  damagedDays(): readonly DayNumber[];
}

export function createShelf(): Shelf {
  const parts = new Map<string, Part>();
  const damaged: { day: DayNumber; generation: number }[] = [];
  const inOrder = (): Part[] => [...parts.values()].sort((a, b) => a.day - b.day || a.generation - b.generation);

  return {
    parts: inOrder,
    writable(day) {
      const ofDay = inOrder().filter((part) => part.day === day);
      const open = ofDay.findLast(({ form }) => form === "open");
      if (open !== undefined) return open;
      // a number is never used twice, not even that of a damaged part: its name may still lie there
      const taken = [...ofDay, ...damaged.filter((one) => one.day === day)].map(({ generation }) => generation);
      const generation = Math.max(0, ...taken) + 1;
      return { day, generation, stem: stemOf(day, generation), form: "open", files: new Set() };
    },
    put(part) {
      parts.set(part.stem, part);
    },
    drop(part) {
      parts.delete(part.stem);
    },
    dropFile(part, file) {
      const held = parts.get(part.stem);
      if (held === undefined) return;
      const files = new Set([...held.files].filter((one) => one !== file));
      if (files.size === 0) parts.delete(part.stem);
      else parts.set(part.stem, { ...held, files });
    },
    replaceAll(found) {
      parts.clear();
      damaged.splice(0, damaged.length, ...found.aside);
      for (const part of found.parts) parts.set(part.stem, part);
    },
    noteDamage({ day, generation }) {
      damaged.push({ day, generation });
    },
    damagedDays: () => [...new Set(damaged.map(({ day }) => day))].sort((a, b) => a - b),
  };
}
