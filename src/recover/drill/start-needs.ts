import type { Site } from "../../kernel/model/site.ts";
import { callRestic } from "../restic/call.ts";
import type { OpenRepository } from "../restic/access.ts";
import type { FileEntry } from "../restore/ports.ts";
import { shownPath } from "../restore/units.ts";
import { readUnits } from "./application.ts";
import type { DrillAsk } from "./ports.ts";
import type { StartNeeds } from "./sample.ts";
import { startNames } from "./start-list.ts";
import { readUnit, type ServiceUnit } from "./units.ts";

/** Programs and settings of the system: without them what is restored does not start, however small the sample. */
const systemFolders = ["/etc", "/usr", "/opt", "/bin", "/sbin", "/lib", "/lib32", "/lib64"] as const;
const unitFolders = [
  "/etc/systemd/system",
  "/usr/local/lib/systemd/system",
  "/lib/systemd/system",
  "/usr/lib/systemd/system",
];
const mostUnits = 20;

export interface NeedsWanted {
  readonly site: Site;
  readonly ask: Pick<DrillAsk, "plan" | "record" | "inside" | "isSpareHost">;
  readonly repository: OpenRepository;
  readonly manifest: readonly FileEntry[];
}

/** What of a copy the start of its application names: read from the units in the copy itself, else from the machine's own. */
export async function startNeeds({ site, ask, repository, manifest }: NeedsWanted): Promise<StartNeeds> {
  const { plan, inside, isSpareHost } = ask;
  const names = startNames({ site, plan, isSpareHost }, switchedOn(manifest)).slice(0, mostUnits);
  const units = names.filter((name) => name.endsWith(".service") && !name.includes(" "));
  const there = await readUnits(inside, units);
  const copied = await unitsInCopy({ ask, repository, manifest }, units);
  const commands = names.filter((name) => !units.includes(name));
  const found = units.flatMap((name) => copied.get(name) ?? there.get(name) ?? []);
  return { folders: systemFolders, named: [...new Set([...commands.flatMap(pathsIn), ...found.flatMap(pathsOf)])] };
}

function switchedOn(manifest: readonly FileEntry[]): readonly string[] {
  const names = manifest.flatMap(({ path }) => {
    const name = /^\/etc\/systemd\/system\/[^/]+\.wants\/([^/]+\.service)$/.exec(path)?.[1];
    return name === undefined ? [] : [shownPath(name)];
  });
  return [...new Set(names)];
}

/** One whose text cannot be read names nothing: its start will tell what it lacks. */
async function unitsInCopy(
  { ask, repository, manifest }: Pick<NeedsWanted, "ask" | "repository" | "manifest">,
  names: readonly string[],
): Promise<ReadonlyMap<string, ServiceUnit>> {
  const snapshot = ask.record.parts.find(({ part }) => part === "files")?.snapshot;
  const units = new Map<string, ServiceUnit>();
  if (snapshot === undefined || names.length === 0) return units;
  const wanted = new Map(names.flatMap((name) => placesOf(name).map((path) => [path, name] as const)));
  const found = manifest.filter(({ path, type }) => type === "file" && wanted.has(path));
  const files = new Set(found.map(({ path }) => path));
  for (const name of names) {
    const path = placesOf(name).find((one) => files.has(one));
    if (path === undefined) continue;
    const read = await callRestic(repository, ["dump", "--no-lock", snapshot, path]);
    if (read.end === "ok") units.set(name, readUnit(name, read.stdout));
  }
  return units;
}

function placesOf(name: string): readonly string[] {
  const template = name.replace(/@.*\.service$/, "@.service");
  return unitFolders.flatMap((folder) => [...new Set([`${folder}/${name}`, `${folder}/${template}`])]);
}

function pathsOf({ folder, envFiles, before, start }: ServiceUnit): readonly string[] {
  const words = [...before, ...start].flatMap(({ argv }) => argv).join(" ");
  return [...(folder === null ? [] : [folder]), ...envFiles.map(({ path }) => path), ...pathsIn(words)];
}

/** Absolute paths as they stand in a command line. */
function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![^\s"'=:;(])\/[^\s"';:|&()<>$]+/g)].map(([path]) => path.replace(/\/+$/, ""));
}
