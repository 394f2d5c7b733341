import { stampNow } from "../../kernel/clock.ts";
import { nameOf } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import { dbConn } from "../evidence/db-conn.ts";
import { dbErr } from "../evidence/db-err.ts";
import { dbLat } from "../evidence/db-lat.ts";
import { dbLock } from "../evidence/db-lock.ts";
import { dbUp } from "../evidence/db-up.ts";
import type { Reading } from "../evidence/evidence.ts";
import { whyNot, type HostInside } from "../evidence/inside.ts";
import { showing } from "../lines/signs.ts";
import { checkedDatabase } from "./checked-database.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId, lookInside } from "./host-inside.ts";
import { hostLines } from "./host-logs.ts";
import { lookedInto, servicesOn, type HostedService } from "./host-services.ts";
import { noted } from "./noted.ts";
import type { Situation } from "./situation.ts";
import { toldByLines } from "./told-lines.ts";
import { triedOf } from "./tried.ts";

/** They answer about one database, and the machine's answer may hold several. */
const ofDatabases = [dbUp, dbConn, dbLock];

/** What databases say of themselves when asked on their own machine. */
export function createDatabaseGatherer(sources: InsideSources): Gatherer {
  return {
    id: "db",
    bundle: "db",
    offers: (situation) =>
      lookedInto(situation)
        .filter((host) => databasesOn(situation, host).length > 0)
        .map((host) => ({
          bundle: "db",
          target: hostId(host),
          tells: databasesOn(situation, host).flatMap(({ id: target }) =>
            [...ofDatabases, dbLat, dbErr].map(({ id }) => ({ evidence: id, target, vantage: null })),
          ),
          expectedSeconds: 2,
        })),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve(nothing)
        : look(sources, { host: nameOf(offer.target), situation, signal }),
  };
}

function databasesOn(situation: Situation, host: string): readonly HostedService[] {
  return servicesOn(situation, host).filter(({ kinds }) => kinds.includes("db"));
}

interface Asked {
  readonly host: string;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: InsideSources, { host, situation, signal }: Asked): Promise<Gathered> {
  const aheadMs = Math.round((sources.hosts.host(host)?.clock?.offsetSeconds ?? 0) * 1_000);
  const range = { host, fromMs: situation.fromMs, toMs: sources.clock.nowMs() + 1, aheadMs, signal };
  const [inside, lines] = await Promise.all([
    lookInside(sources, { host, situation, sections: ["db"], wantsReading: false, signal }),
    hostLines(sources, range),
  ]);
  const services = databasesOn(situation, host);
  return together(
    await Promise.all(services.map((service) => ofOne(sources, { situation, inside, lines, services, service }))),
  );
}

interface Database {
  readonly situation: Situation;
  readonly inside: HostInside;
  readonly lines: Awaited<ReturnType<typeof hostLines>>;
  readonly services: readonly HostedService[];
  readonly service: HostedService;
}

async function ofOne(sources: InsideSources, one: Database): Promise<Gathered> {
  const { situation, inside, lines, service } = one;
  const { clock } = sources;
  const target = service.id;
  const tell = (id: string, reading: Reading | MissingReason): Gathered =>
    noted({ evidence: id, target, vantage: null, at: stampNow(clock) }, reading);
  const checks = situation.cells.filter((check) => check.service === service.key && queries.has(check.kind));
  const tried = await triedOf(sources, situation, checks);
  const database = bestAnswer(databaseOf(one), tried);
  const written = writtenBy(lines);
  const isFollowed = written !== null && (written.length > 0 || followsDatabase(sources, hostKeyOf(one)));
  const corrupt = isFollowed ? showing(written, "corrupt") : null;
  const recovering = isFollowed ? showing(written, "recovering") : null;
  const faults = dbErr.read({ corrupt, recovering, database });
  const speed = { database, tried, usualLongestMs: inside.usual?.longestQueryMs ?? null };
  return together([
    ...ofDatabases.map((kind) => tell(kind.id, database === null ? whyNone(inside) : kind.read(database))),
    tell(dbLat.id, dbLat.read(speed)),
    toldByLines(clock, {
      evidence: dbErr,
      target,
      reading: faults,
      lines: [...(corrupt ?? []), ...(recovering ?? [])],
    }),
  ]);
}

/** What it says on its own machine; where it says nothing there, what it told the account of its check. */
function bestAnswer(asked: HostDatabase | null, tried: Parameters<typeof checkedDatabase>[0]): HostDatabase | null {
  return asked === null || blindStates.has(asked.state) ? (checkedDatabase(tried) ?? asked) : asked;
}

function writtenBy({ entries }: Database["lines"]): Database["lines"]["entries"] {
  return entries?.filter((entry) => isOfDatabase(`${entry.source} ${entry.program ?? ""}`)) ?? null;
}

function hostKeyOf({ situation, service }: Database): string {
  return situation.site.services.get(service.key)?.on ?? "";
}

/** It runs, and says nothing to who asks on its machine. */
const blindStates: ReadonlySet<string> = new Set(["denied", "unclear"]);
const queries: ReadonlySet<string> = new Set(["postgres", "mysql"]);
const isOfDatabase = (name: string): boolean => /postgres|mysql|mariadb/i.test(name);

function followsDatabase({ logs }: InsideSources, host: string): boolean {
  return logs.state().sources.some((source) => source.host === host && isOfDatabase(`${source.key} ${source.format}`));
}

/** A machine that answered and found no database it knows says nothing of one. */
function whyNone(inside: HostInside): MissingReason {
  return inside.answers.db === null ? whyNot(inside.answers, "db") : "not-configured";
}

/** By its port, else by its kind; the only one of the machine is the only service's. */
function databaseOf({ inside, situation, services, service }: Database): HostDatabase | null {
  const all = inside.answers.db ?? [];
  const kinds = new Set<string>(
    situation.cells.filter((check) => check.service === service.key).map(({ kind }) => kind),
  );
  const ofKind = all.filter(({ kind }) => kinds.has(kind));
  const byPort = all.find(({ kind, port }) => service.ports.includes(port ?? usualPorts[kind]));
  if (byPort !== undefined) return byPort;
  if (ofKind.length === 1) return ofKind[0] ?? null;
  return all.length === 1 && services.length === 1 ? (all[0] ?? null) : null;
}

const usualPorts: Readonly<Record<HostDatabase["kind"], number>> = { postgres: 5432, mysql: 3306 };
