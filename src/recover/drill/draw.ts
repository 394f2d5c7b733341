import type { Site } from "../../kernel/model/site.ts";
import type { RestoreTask } from "../restore/ports.ts";
import type { Prepared } from "../restore/prepare.ts";
import type { LeastSample } from "./choose.ts";
import type { Size } from "./estimate.ts";
import type { DrillAsk, SampleTaken } from "./ports.ts";
import { drawSample } from "./sample.ts";
import { startNeeds } from "./start-needs.ts";

/** What of a copy is taken for a sample. */
export interface Drawn extends Pick<SampleTaken, "taken" | "whole" | "allBecause"> {
  /** as a restore is asked for it */
  readonly only: readonly string[];
}

interface Drawing {
  readonly site: Site;
  readonly ask: DrillAsk;
  /** of everything */
  readonly task: RestoreTask;
  readonly least: LeastSample;
  readonly isLive: boolean;
}

/** Folders and files by lot; databases whole, with their accounts. */
export async function drawnOf({ site, ask, task, least, isLive }: Drawing): Promise<Drawn> {
  const { repository, manifest, roots, record, databases } = task;
  if (manifest === null) return { taken: record.totals, whole: record.totals, allBecause: "no-list", only: task.only };
  const needs = isLive ? await startNeeds({ site, ask, repository, manifest }) : null;
  const random = ask.sampleBy ?? (() => 0);
  const { paths, taken, whole } = drawSample({ manifest, roots, least, needs, random });
  const dumps = record.parts.filter(({ part, of }) => part === "dump" && of !== null);
  const bytes = dumps.reduce((sum, part) => sum + part.bytes, 0);
  const labels = databases.length === 0 ? [] : dumps.map(({ of }) => `db:${of}`);
  return {
    taken: { bytes: taken.bytes + bytes, files: taken.files },
    whole: { bytes: whole.bytes + bytes, files: whole.files },
    allBecause: paths === null ? "small" : null,
    only: paths === null ? task.only : [...labels, ...paths],
  };
}

/** Files alone, in the units in which a restore brings them. */
export function filesOf(units: Prepared["units"]): Size {
  const files = units.filter(({ kind }) => kind === "files");
  const sum = (field: "bytes" | "files"): number => files.reduce((total, unit) => total + unit[field], 0);
  return { units: files.length, bytes: sum("bytes"), files: sum("files") };
}
