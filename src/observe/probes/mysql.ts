import { z } from "zod";
import { runAttempt, stop, type Attempt, type Step, type Stop } from "../../clients/attempt.ts";
import type { Certificate } from "../../clients/certificate.ts";
import { connectTo } from "../../clients/connect.ts";
import { firstValue, type Answer, type DatabaseSession } from "../../clients/database-session.ts";
import { askMysqlForTls, hearMysqlGreeting, logInToMysql, type MysqlGreeting } from "../../clients/mysql.ts";
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

const mysqlPort = 3_306;
/** The query is given up this much before the attempt, so that the server says so itself. */
const farewellMs = 200;

const stateQuery = `select version() as version, @@global.read_only as read_only, @@global.max_connections as connections_max`;

const schema = z.strictObject({
  mysql: key(urlField(["mysql", "mariadb"]), {
    ja: "対象の URL(mysql://ホスト:ポート/データベース)",
    en: "the URL, mysql://host:port/database",
  }),
  ...databaseKeys,
  ...sqlKeys,
});
type Spec = z.output<typeof schema>;

/** Whether MySQL or MariaDB answers; with a password also whether it can be used, what it is, and what a query says. */
export const mysql = defineProbe({
  kind: "mysql",
  summary: { ja: "MySQL / MariaDB", en: "MySQL / MariaDB" },
  schema,
  urlSchemes: ["mysql", "mariadb"],
  fromUrl: (url) => ({ mysql: url.href }),
  target: (spec) => databaseTarget(spec.mysql),
  hosts: (spec) => [addressOf(spec).host],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

function addressOf({ mysql: url, user, password }: Spec): Address {
  return databaseAddress({ url, defaultPort: mysqlPort, user, password });
}

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const address = addressOf(spec);
  const resolved = await resolveHost(attempt, address.host);
  if (!resolved.ok) return resolved.error;
  const connected = await connectTo(attempt, { addresses: resolved.value, port: address.port });
  if (!connected.ok) return connected.error;
  const greeting = await hearMysqlGreeting(attempt, connected.value);
  if (!greeting.ok) return greeting.error;
  attempt.facts["version"] = greeting.value.version;
  const line = await lineTo(attempt, connected.value, { greeting: greeting.value, spec });
  if (!line.ok) return line.error;
  const { socket, certificate } = line.value;
  const session = await logInToMysql(attempt, socket, {
    greeting: greeting.value,
    isSecured: certificate !== null,
    user: address.user ?? "koboshi",
    database: address.database,
    password: address.password,
  });
  const stopped = session.ok ? await judge(attempt, session.value, spec) : withoutLogin(attempt, spec, session.error);
  return (
    stopped ??
    slowStop(attempt.elapsedMs(), spec.within) ??
    (certificate === null ? null : expiryStop(certificate, spec.warn))
  );
}

type Socket = Parameters<typeof logInToMysql>[1];

async function lineTo(
  attempt: Attempt,
  socket: Socket,
  { greeting, spec }: { greeting: MysqlGreeting; spec: Spec },
): Promise<Step<{ socket: Socket; certificate: Certificate | null }>> {
  if (spec.tls !== true) return ok({ socket, certificate: null });
  if (!greeting.offersTls) return stop("tls", "no-tls", "the server offers no encryption");
  askMysqlForTls(socket);
  return secure(attempt, socket, { name: spec.server_name ?? addressOf(spec).host, caFile: spec.ca ?? null });
}

/** A server that turns a stranger away does answer: nothing more was asked of it. */
function withoutLogin(attempt: Attempt, spec: Spec, stopped: Stop): Stop | null {
  if (addressOf(spec).password !== null || stopped.code !== "login-refused") return stopped;
  attempt.facts["login"] = "password-required";
  return null;
}

async function judge(attempt: Attempt, session: DatabaseSession, spec: Spec): Promise<Stop | null> {
  attempt.facts["login"] = "ok";
  const stopped = (await stateStop(attempt, session, spec)) ?? (await ownQuery(attempt, session, spec));
  session.quit();
  return stopped;
}

async function stateStop(attempt: Attempt, session: DatabaseSession, { expect, lag }: Spec): Promise<Stop | null> {
  const state = await session.ask(stateQuery);
  if (state.ok) {
    attempt.facts["version"] = firstValue(state.value, "version");
    attempt.facts["readOnly"] = firstValue(state.value, "read_only") !== "0";
    attempt.facts["connectionsMax"] = Number(firstValue(state.value, "connections_max"));
  } else if (state.error.layer !== "application") return state.error;
  const threads = await session.ask("show global status like 'Threads_connected'");
  if (threads.ok) attempt.facts["connectionsUsed"] = Number(firstValue(threads.value, "Value"));
  const waits = await session.ask("show global status like 'Innodb_row_lock_current_waits'");
  if (waits.ok && waits.value.rows.length > 0) attempt.facts["lockWaits"] = Number(firstValue(waits.value, "Value"));
  const replica = await session.ask("show replica status");
  // versions before 2020 know the other word only; without the right to ask, the role stays unknown
  const told = replica.ok ? replica : await session.ask("show slave status");
  if (!told.ok) return null;
  const role = told.value.rows.length === 0 ? "primary" : "replica";
  attempt.facts["role"] = role;
  const differs = roleStop(role, expect);
  if (differs !== null || role === "primary") return differs;
  return replicaStop(attempt, told.value, lag);
}

function replicaStop(attempt: Attempt, status: Answer, limitMs: number | undefined): Stop | null {
  const reading = firstValue(status, "Replica_IO_Running", "Slave_IO_Running");
  const applying = firstValue(status, "Replica_SQL_Running", "Slave_SQL_Running");
  const behind = firstValue(status, "Seconds_Behind_Source", "Seconds_Behind_Master");
  if (reading === "Yes" && applying === "Yes" && behind !== null) {
    return lagStop(attempt, Number(behind) * 1_000, limitMs);
  }
  const said = [firstValue(status, "Last_IO_Error"), firstValue(status, "Last_SQL_Error")].filter(Boolean).join("; ");
  const text = `reading: ${reading ?? "?"}, applying: ${applying ?? "?"}. ${said}`;
  return { outcome: "degraded", layer: "content", code: "replication-stopped", text };
}

async function ownQuery(attempt: Attempt, session: DatabaseSession, { query, expect }: Spec): Promise<Stop | null> {
  if (query === undefined) return null;
  const limitMs = Math.max(1, Math.floor(attempt.remainingMs() - farewellMs));
  const isMariadb = /mariadb/i.test(String(attempt.facts["version"]));
  const limit = isMariadb
    ? `set session max_statement_time = ${limitMs / 1_000}`
    : `set session max_execution_time = ${limitMs}`;
  // a statement that ends the transaction by itself, as DDL does, meets the session's own rule
  const before = [limit, "set session transaction read only", "start transaction read only"];
  return queryStop(attempt, session, { query, before, expect });
}
