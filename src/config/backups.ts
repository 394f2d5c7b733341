import posix from "node:path/posix";
import { many } from "../kernel/fields.ts";
import type { BackupDatabase, BackupMarker, BackupPlan, BackupTarget } from "../kernel/model/backup.ts";
import { advice, draft, type Draft, type Path, type Sentence } from "./finding.ts";
import { compileLimits } from "./backups-limits.ts";
import { compileRepository } from "./backups-repository.ts";
import { isOwn, type OwnData } from "./own-data.ts";
import type { RootConfig } from "./schema.ts";

export type BackupConfig = NonNullable<RootConfig["backups"]>[string];
type DatabaseConfig = NonNullable<BackupConfig["of"]["databases"]>[number];

export interface CompiledBackups {
  readonly backups: Map<string, BackupPlan>;
  readonly drafts: readonly Draft[];
}

/** Of koboshi's own data, when nobody says: nightly, at an odd minute. */
const ownSchedule = "40 3 * * *";

/** Like services: what is not ranked stands in the second row. */
const usualPriority = 2;

/** What is copied where, with all that is wrong in itself; whether names exist is looked at elsewhere. */
export function compileBackups(config: RootConfig, own: OwnData): CompiledBackups {
  const drafts: Draft[] = [];
  const tell = (found: Draft | null): void => void (found === null ? null : drafts.push(found));
  const plans = Object.entries(config.backups ?? {}).map(([key, written]): [string, BackupPlan] => [
    key,
    withOwnData(compileOne({ key, written, config, tell }), { config, own }),
  ]);
  return { backups: new Map(plans), drafts };
}

/** Koboshi's own data, besides what the file adds to it. */
function withOwnData(plan: BackupPlan, { config, own }: { config: RootConfig; own: OwnData }): BackupPlan {
  if (plan.with === "external" || !isOwn(plan.host, config)) return plan;
  const ledger: BackupDatabase = { ...socket, engine: "sqlite", name: own.ledger };
  return {
    ...plan,
    own: true,
    paths: [...new Set([...own.paths, ...plan.paths])],
    databases: [ledger, ...plan.databases.filter(({ name }) => name !== own.ledger)],
    allowMissing: [...new Set([...own.optional, ...plan.allowMissing])],
    at: plan.at ?? (plan.to.every(({ adopt }) => adopt) ? null : ownSchedule),
  };
}

interface Writing {
  readonly key: string;
  readonly written: BackupConfig;
  readonly config: RootConfig;
  tell(found: Draft | null): void;
}

function compileOne(writing: Writing): BackupPlan {
  const { key, written } = writing;
  const { of } = written;
  return {
    key,
    with: written.with,
    host: bareHost(of.host),
    ...sourceOf(writing),
    password: written.password ?? written.key?.in?.[0] ?? null,
    at: written.at ?? null,
    to: written.to.map((_, index) => targetOf(writing, index)),
    keep: keepOf(written),
    ...promiseOf(written),
    keyAlso: written.key?.also ?? [],
    ...mannerOf(written),
    limits: compileLimits(writing.written.limits ?? {}, ["backups", key, "limits"], writing.tell),
    verify: { newestSql: written.verify?.newest ?? null, markers: markersOf(writing) },
    allowMissing: many(written.allow_missing).map((one, index) =>
      absolute(one, ["backups", key, "allow_missing", index], writing),
    ),
    priority: written.priority ?? usualPriority,
  };
}

function keepOf({ keep }: BackupConfig): BackupPlan["keep"] {
  if (keep === undefined) return null;
  const { hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = keep;
  return { hourly, daily, weekly, monthly, yearly };
}

/** What is promised, and how that is rehearsed. */
function promiseOf({ target, drill }: BackupConfig): Pick<BackupPlan, "loseAtMostMs" | "backWithinMs" | "drill"> {
  return {
    loseAtMostMs: target?.lose_at_most ?? null,
    backWithinMs: target?.back_within ?? null,
    drill: drill === undefined ? null : drillOf(drill),
  };
}

function mannerOf({ consistency, hooks }: BackupConfig): Pick<BackupPlan, "consistency" | "hooks"> {
  return { consistency: consistency ?? null, hooks: { before: hooks?.before ?? null, after: hooks?.after ?? null } };
}

function drillOf({ every, restore_to: to }: NonNullable<BackupConfig["drill"]>): BackupPlan["drill"] {
  const service = to.boot_check?.replace(/^service:/, "");
  const start = to.start === undefined ? {} : { start: to.start };
  return { everyMs: every ?? null, host: bareHost(to.host), bootCheck: service ?? null, ...start };
}

export function bareHost(written: string): string {
  return written.replace(/^host:/, "");
}

function sourceOf(writing: Writing): Pick<BackupPlan, "paths" | "databases"> {
  const { key, written } = writing;
  const at = ["backups", key, "of"];
  const { host, dump, databases = [], paths = [] } = written.of;
  const isNamed = dump !== undefined || databases.length + paths.length > 0 || isOwn(host, writing.config);
  if (written.with !== "external" && !isNamed) {
    const say: Sentence = (w) => w.nothingCopied(key);
    writing.tell(advice({ code: "nothing-copied", path: at, part: "key", say, hint: (w) => w.nothingCopiedHint }));
  }
  const whole = dump === undefined ? [] : [{ ...socket, engine: dump, name: "*" }];
  return {
    paths: paths.map((one, index) => absolute(one, [...at, "paths", index], writing)),
    databases: [
      ...whole,
      ...databases.flatMap((one, index) => databaseOf(one, [...at, "databases", index], writing) ?? []),
    ],
  };
}

const socket = { user: null, password: null, host: null, port: null };
const engines = ["postgres", "mysql", "mariadb", "sqlite"] as const;

/** null: told why it cannot be used */
function databaseOf(written: DatabaseConfig, at: Path, writing: Writing): BackupDatabase | null {
  const named = engines.filter((engine) => written[engine] !== undefined);
  const [engine, second] = named;
  if (engine === undefined || second !== undefined) {
    const say: Sentence = (w) => w.oneEngine(named.join(", "));
    writing.tell(draft({ code: "database-engine", path: at, say, hint: (w) => w.oneEngineHint }));
    return null;
  }
  const text = written[engine] ?? "";
  const name = engine === "sqlite" ? absolute(text, [...at, engine], writing) : text;
  const { user = null, password = null, host = null, port = null } = written;
  return { engine, name, user, password, host, port };
}

/** Without a slash at its end. A path that is not absolute would lead elsewhere on every machine: an error. */
function absolute(written: string, at: Path, { tell }: Pick<Writing, "tell">): string {
  if (!written.startsWith("/")) {
    const say: Sentence = (w) => w.relativePath(written);
    tell(draft({ code: "relative-path", path: at, say, hint: (w) => w.relativePathHint(written) }));
  }
  const flat = posix.normalize(written);
  return flat.length > 1 ? flat.replace(/\/+$/, "") : flat;
}

function targetOf({ key, written, config, tell }: Writing, index: number): BackupTarget {
  const to = written.to[index];
  if (to === undefined) throw new TypeError(`${key} has no copy ${index}`);
  const at = ["backups", key, "to", index];
  const place = config.places[to.at.replace(/^place:/, "")];
  const { repo, access, ca } =
    written.with === "external"
      ? { repo: null, access: null, ca: null }
      : compileRepository({ written: to.repo, tool: written.with, place, at, tell });
  return {
    at: to.at.replace(/^place:/, ""),
    repo,
    appendOnlyClaimed: to.append_only ?? false,
    lockedForMs: to.locked_for ?? null,
    keptMs: to.kept ?? null,
    reader: to.reader ?? null,
    maintainer: to.maintainer ?? null,
    adopt: to.adopt ?? false,
    ...(access === null ? {} : { access }),
    ...(ca === null ? {} : { ca }),
  };
}

function markersOf({ key, written, tell }: Writing): readonly BackupMarker[] {
  return (written.verify?.marker ?? []).map((one, index) => {
    if ([one.sql, one.path, one.text].every((part) => part === undefined)) {
      const path = ["backups", key, "verify", "marker", index];
      tell(draft({ code: "empty-marker", path, say: (w) => w.emptyMarker, hint: (w) => w.emptyMarkerHint }));
    }
    return {
      sql: one.sql ?? null,
      expect: one.expect === undefined ? null : String(one.expect),
      path: one.path ?? null,
      ownerUid: one.owner_uid ?? null,
      text: one.text ?? null,
      mustNot: one.must_not ?? null,
    };
  });
}
