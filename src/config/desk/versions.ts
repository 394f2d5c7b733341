import path from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { Finding } from "../finding.ts";
import { gatherSources } from "../gather.ts";
import { checkConfigSources, type LoadOutcome, type SourceBytes } from "../load.ts";
import type { Machine } from "../machine.ts";
import { changeSources, type Change } from "./change.ts";

export interface DeskDeps {
  readonly configPath: string;
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "transaction">;
  readonly log: Log;
  readonly machine: Machine;
  /** what runs */
  current(): Site;
  /** takes a valid configuration over */
  apply(site: Site): Promise<void>;
}

/** All files of the configuration at one moment. */
export type Version = readonly SourceBytes[];

const bullets = /^•+$/;

/** The files as they are now; empty when there is no configuration. @throws KoboshiError KB1102 when one cannot be read */
export function readVersion({ configPath, machine }: DeskDeps): Version {
  if (machine.files.stat(configPath) === null) return [];
  return gatherSources(machine.files, configPath).map(({ name, bytes }) => {
    if (!bytes.ok) throw new KoboshiError("KB1102", { path: name });
    return { name, bytes: bytes.value };
  });
}

export function hashOf(deps: DeskDeps, version: Version): string {
  return version.length === 0 ? "" : checkConfigSources(version, { machine: deps.machine }).hash;
}

export function modeOf({ current }: DeskDeps): "here" | "git" {
  return current().hub.edit ?? "here";
}

export function nameOf({ configPath }: DeskDeps, file: string): string {
  return path.relative(path.dirname(configPath), file);
}

/** With files named as people see them. */
export function findingsOf(deps: DeskDeps, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, file: nameOf(deps, finding.file) }));
}

export interface Tried {
  readonly before: Version;
  readonly after: Version;
  /** null: there was no configuration */
  readonly old: LoadOutcome | null;
  readonly outcome: LoadOutcome;
}

export function tryOut(deps: DeskDeps, before: Version, change: Change): Result<Tried, KoboshiError> {
  const { machine, configPath } = deps;
  const named = change.kind === "text" && change.file !== null ? fullName(deps, change.file) : null;
  const changed = changeSources(before, change.kind === "text" ? { ...change, file: named } : change, configPath);
  if (!changed.ok) return changed;
  if (changed.value.length === 0) return err(new KoboshiError("KB1102", { path: configPath }));
  const outcome = checkConfigSources(changed.value, { machine });
  const masked = change.kind === "disk" ? null : bulletsIn(outcome);
  if (masked !== null) return err(new KoboshiError("KB1108", { path: masked }));
  const old = before.length === 0 ? null : checkConfigSources(before, { machine });
  return ok({ before, after: changed.value, old, outcome });
}

function fullName({ configPath }: DeskDeps, file: string): string {
  return path.join(path.dirname(configPath), file);
}

/** A secret that is nothing but bullets was copied from a screen. */
function bulletsIn({ sources }: LoadOutcome): string | null {
  for (const { name, text, hidden } of sources) {
    const found = hidden.some(({ offset, length }) =>
      bullets.test(text.slice(offset, offset + length).replaceAll(/["'\s]/g, "")),
    );
    if (found) return path.basename(name);
  }
  return null;
}
