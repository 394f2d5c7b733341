import { z } from "zod";
import { runAttempt, type Attempt, type Step, type Stop } from "../../clients/attempt.ts";
import type { Certificate } from "../../clients/certificate.ts";
import { connectTo } from "../../clients/connect.ts";
import { firstValue, type DatabaseSession } from "../../clients/database-session.ts";
import { askPostgresForTls, logInToPostgres } from "../../clients/postgres.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { expiryStop, secure } from "../../clients/tls.ts";
import { key, urlField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { ok } from "../../kernel/result.ts";
import {
  databaseAddress,
  databaseKeys,
  databaseTarget,
  lagStop,
  queryStop,
  roleStop,
  slowStop,
  sqlKeys,
  type Address,
} from "../database-check.ts";

const postgresPort = 5_432;
/** libpq's words in a URL that mean encryption; ours is always judged */
const encrypted = /^(?:require|verify-ca|verify-full)$/;
/** The query is given up this much before the attempt, so that the server says so itself. */
const farewellMs = 200;

const stateQuery = `select current_setting('server_version') as version, pg_is_in_recovery() as standby,
  current_setting('max_connections') as connections_max,
  (select sum(numbackends) from pg_stat_database) as connections_used,
  (select count(*) from pg_locks where not granted) as lock_waits,
  (select extract(epoch from max(clock_timestamp() - query_start)) from pg_stat_activity
    where state = 'active' and pid <> pg_backend_pid()) as longest_seconds,
  case when not pg_is_in_recovery() then null
       when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
       else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) end as lag_seconds`;

const schema = z.strictObject({
  postgres: key(urlField(["postgres", "postgresql"]), {
    ja: "対象の URL(postgres://ホスト:ポート/データベース)",
    en: "the URL, postgres://host:port/database",
  }),
  ...databaseKeys,
  ...sqlKeys,
});
type Spec = z.output<typeof schema>;

/** Whether PostgreSQL answers; with a password also whether it can be used, what it is, and what a query says. */
export const postgres = defineProbe({
  kind: "postgres",
  summary: { ja: "PostgreSQL", en: "PostgreSQL" },
  schema,
  urlSchemes: ["postgres", "postgresql"],
  fromUrl: (url) => ({ postgres: url.href }),
  target: (spec) => databaseTarget(spec.postgres),
  hosts: (spec) => [addressOf(spec).host],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

function addressOf({ postgres: url, user, password }: Spec): Address {
  return databaseAddress({ url, defaultPort: postgresPort, user, password });
}

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const address = addressOf(spec);
  const resolved = await resolveHost(attempt, address.host);
  if (!resolved.ok) return resolved.error;
  const connected = await connectTo(attempt, { addresses: resolved.value, port: address.port });
  if (!connected.ok) return connected.error;
  const line = await lineTo(attempt, connected.value, spec);
  if (!line.ok) return line.error;
  const user = address.user ?? "koboshi";
  const login = { user, database: address.database ?? address.user ?? "postgres", password: address.password };
  const session = await logInToPostgres(attempt, line.value.socket, login);
  const stopped = await judge(attempt, spec, session);
  const { certificate } = line.value;
  return (
    stopped ??
    slowStop(attempt.elapsedMs(), spec.within) ??
    (certificate === null ? null : expiryStop(certificate, spec.warn))
  );
}

type Socket = Parameters<typeof logInToPostgres>[1];

async function lineTo(
  attempt: Attempt,
  socket: Socket,
  { postgres: url, tls, server_name: name, ca }: Spec,
): Promise<Step<{ socket: Socket; certificate: Certificate | null }>> {
  const { hostname, searchParams } = new URL(url);
  if (!(tls ?? encrypted.test(searchParams.get("sslmode") ?? ""))) return ok({ socket, certificate: null });
  const asked = await askPostgresForTls(attempt, socket);
  if (!asked.ok) return asked;
  return secure(attempt, socket, { name: name ?? hostname.replace(/^\[(.*)\]$/, "$1"), caFile: ca ?? null });
}

async function judge(attempt: Attempt, spec: Spec, session: Step<DatabaseSession | null>): Promise<Stop | null> {
  if (!session.ok) return withoutLogin(attempt, spec, session.error);
  if (session.value === null) {
    attempt.facts["login"] = "password-required";
    return null;
  }
  attempt.facts["login"] = "ok";
  const state = await stateStop(attempt, session.value, spec);
  const stopped = state ?? (await ownQuery(attempt, session.value, spec));
  session.value.quit();
  return stopped;
}

/** A server that turns a stranger away by name, user or place does answer: nothing more was asked of it. */
function withoutLogin(attempt: Attempt, spec: Spec, stopped: Stop): Stop | null {
  const { user, password } = addressOf(spec);
  const isStranger = user === null && password === null;
  if (!isStranger || (stopped.code !== "login-refused" && stopped.code !== "database-missing")) return stopped;
  attempt.facts["login"] = "password-required";
  return null;
}

async function stateStop(attempt: Attempt, session: DatabaseSession, spec: Spec): Promise<Stop | null> {
  const answer = await session.ask(stateQuery);
  if (!answer.ok) {
    // relatives of PostgreSQL and poolers lack some of this; what the check asks for itself still counts
    if (answer.error.layer !== "application") return answer.error;
    attempt.facts["stateRefused"] = answer.error.text.slice(0, 200);
    return null;
  }
  const value = (name: string): string | null => firstValue(answer.value, name);
  const role = value("standby") === "t" ? "replica" : "primary";
  attempt.facts["version"] = value("version");
  attempt.facts["role"] = role;
  attempt.facts["connectionsMax"] = Number(value("connections_max"));
  attempt.facts["connectionsUsed"] = Number(value("connections_used"));
  attempt.facts["lockWaits"] = Number(value("lock_waits"));
  // other people's statements are hidden from who is no monitor
  const longest = value("longest_seconds");
  if (longest !== null) attempt.facts["longestQuerySeconds"] = Math.round(Number(longest) * 10) / 10;
  const lag = value("lag_seconds");
  return roleStop(role, spec.expect) ?? (lag === null ? null : lagStop(attempt, Number(lag) * 1_000, spec.lag));
}

async function ownQuery(attempt: Attempt, session: DatabaseSession, { query, expect }: Spec): Promise<Stop | null> {
  if (query === undefined) return null;
  const limitMs = Math.max(1, Math.floor(attempt.remainingMs() - farewellMs));
  const before = ["begin read only", `set local statement_timeout = ${limitMs}`];
  return queryStop(attempt, session, { query, before, expect });
}
