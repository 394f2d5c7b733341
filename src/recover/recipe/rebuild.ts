import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { createLocalWorkplace } from "../workplace/local.ts";
import { createSshWorkplace } from "../workplace/ssh.ts";
import { bindRoot } from "./bound.ts";
import { releaseCron } from "./sections/cron.ts";
import { captureRecipe, type Recipe } from "./capture.ts";
import { diffRecipes, type RecipeChange } from "./compare.ts";
import { readRecipe, writeRecipe } from "./folder.ts";
import { replay, type ReplayReport } from "./replay.ts";
import type { SectionName } from "./section.ts";

/** Where a recipe is taken from or brought to: this machine, or a host of the configuration. */
export interface RebuildTarget {
  /** null: this machine */
  readonly host: string | null;
  readonly root: string;
}

/** Rebuild recipes for the command line: capture, keep, compare, replay. Works without a hub. */
export interface Rebuild {
  capture(host: string | null, signal: AbortSignal): Promise<Recipe>;
  /** without secrets */
  write(recipe: Recipe, folder: string): void;
  read(folder: string): Recipe;
  diff(before: string, after: string): readonly RecipeChange[];
  replay(
    recipe: Recipe,
    target: RebuildTarget,
    how: { dryRun: boolean; signal: AbortSignal; onSection(section: SectionName, todo: number): void },
  ): Promise<ReplayReport>;
  /** Lets the scheduled jobs run that a replay holds back. @returns how many */
  releaseCron(target: RebuildTarget): Promise<number>;
}

/** @param site null: no configuration, only this machine */
export function createRebuild({ clock, site }: { clock: Clock; site: Site | null }): Rebuild {
  async function at<T>(host: string | null, work: (place: Workplace) => Promise<T>): Promise<T> {
    if (host === null) return work(createLocalWorkplace({ clock }));
    const known = site?.hosts.get(host);
    if (known === undefined) throw new KoboshiError("KB1002", { what: `host:${host}` });
    const { address, port, user, privateKey, look, hostKey } = known;
    const key = privateKey ?? look?.readKey ?? null;
    if (key === null) throw new KoboshiError("KB4204", { host, why: "keys" });
    const reached = await createSshWorkplace({
      clock,
      name: `host:${host}`,
      address: address ?? host,
      port,
      user: user ?? "root",
      privateKey: key,
      hostKey,
    });
    if (!reached.ok) throw new KoboshiError("KB8416", { host, reason: reached.error.reason, seen: reached.error.seen });
    try {
      return await work(reached.value);
    } finally {
      await reached.value.close();
    }
  }

  return {
    capture: (host, signal) => at(host, (place) => captureRecipe(place, { host: host ?? place.name, clock, signal })),
    write: (recipe, folder) => writeRecipe(recipe, folder, "without"),
    read: readRecipe,
    diff: (before, after) => diffRecipes(readRecipe(before), readRecipe(after)),
    replay: (recipe, { host, root }, how) => at(host, (run) => replay(recipe, { root, run, ...how })),
    releaseCron: ({ host, root }) => at(host, (place) => releaseCron(bindRoot(place, root))),
  };
}
