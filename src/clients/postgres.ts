import type { Socket } from "node:net";
import pg from "pg";
import { errorText } from "../kernel/errors.ts";
import { err, ok } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";
import { phases, stop, type Attempt, type Phase, type Step, type Stop } from "./attempt.ts";
import { createDriverSocket } from "./driver-socket.ts";
import { closedStop } from "./net-error.ts";
import { createFrameGuard, PlainRefusal } from "./postgres-frames.ts";
import { converse } from "./replies.ts";
import { answered, type Answer, type DatabaseSession } from "./database-session.ts";

/** What one look may cost in memory, answers to the check's own query included. */
const maxBytes = 4_194_304;
const queryPhase: Phase = { layer: "application", timing: "bodyMs", limitMs: Infinity };

export interface PostgresLogin {
  readonly user: string;
  readonly database: string;
  /** null: only as far as the server goes without one */
  readonly password: Secret | null;
}

/** Asks for encryption before anything else is said. Source: PostgreSQL documentation, «Message Flow», SSLRequest. */
export async function askPostgresForTls(attempt: Attempt, socket: Socket): Promise<Step<void>> {
  const talk = converse(attempt, socket);
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(80_877_103, 4);
  talk.say(request.toString("latin1"));
  const heard = await talk.hear(phases.firstByte, (text) => (text === "" ? null : 1));
  if (!heard.ok) return heard;
  // what was sent in clear after this point could have been put there by anyone
  const injected = talk.pending() !== "";
  talk.leave();
  if (heard.value === "S")
    return injected ? stop("protocol", "not-postgres", "text before the TLS handshake") : ok(undefined);
  if (heard.value === "N") return stop("tls", "no-tls", "the server offers no encryption");
  return stop("protocol", "not-postgres", `the server answers «${heard.value}» when asked for encryption`);
}

/**
 * Logs in over a connected socket. @returns null when the server asks for a password and none was given: it speaks its
 * protocol, and nothing more was wanted
 */
export function logInToPostgres(
  attempt: Attempt,
  socket: Socket,
  { user, database, password }: PostgresLogin,
): Promise<Step<DatabaseSession | null>> {
  return attempt.phase(phases.firstByte, (settle) => {
    let fault = (error: Error): void =>
      settle(
        error instanceof PlainRefusal
          ? stop("application", "no-process", error.message)
          : stop("protocol", "not-postgres", error.message),
      );
    const inspect = createFrameGuard(maxBytes);
    const { stream } = createDriverSocket(socket, { maxBytes, inspect, onFault: (error) => fault(error) });
    const client = new pg.Client({
      user,
      database,
      host: "koboshi",
      port: 5432,
      ssl: false,
      application_name: "koboshi",
      stream: () => stream,
      // texts as the server writes them: what is compared is what psql would show
      types: { getTypeParser: () => (value: string) => value },
      // called only when the server asks
      password: () => {
        if (password !== null) return password.reveal();
        settle(ok(null));
        return new Promise<string>(() => undefined);
      },
    });
    client.on("error", (error) => fault(error));
    client.connect().then(
      () => settle(ok(sessionOf(attempt, client, (next) => (fault = next)))),
      (thrown: unknown) => settle(err(postgresStop(thrown, "protocol"))),
    );
    return () => socket.destroy();
  });
}

function sessionOf(
  attempt: Attempt,
  client: pg.Client,
  onFault: (next: (error: Error) => void) => void,
): DatabaseSession {
  return {
    ask: (sql) =>
      attempt.phase<Answer>(queryPhase, (settle) => {
        onFault((error) => settle(stop("application", "answer-too-long", error.message)));
        // the extended protocol takes one statement only, so that a query cannot leave its read-only transaction
        const query = { text: sql, values: [], rowMode: "array" as const, queryMode: "extended" };
        client.query<(string | null)[]>(query).then(
          (result) => settle(ok({ names: (result.fields ?? []).map(({ name }) => name), rows: result.rows ?? [] })),
          (thrown: unknown) => settle(err(postgresStop(thrown, "application"))),
        );
        return () => undefined;
      }),
    quit: () => void client.end().catch(() => undefined),
  };
}

/** SQLSTATE → what it means for whoever waits for the database. Source: PostgreSQL documentation, Appendix A. */
const states: readonly (readonly [RegExp, string])[] = [
  [/^28/, "login-refused"],
  [/^3D000$/, "database-missing"],
  [/^53300$/, "too-many-connections"],
  [/^53100$/, "disk-full"],
  [/^53200$/, "out-of-memory"],
  // starting, stopping, or replaying after a crash
  [/^57P0[123]$/, "not-ready"],
  [/^57014$/, "query-timeout"],
  [/^25006$/, "query-writes"],
  [/^42/, "query-refused"],
];

function postgresStop(thrown: unknown, layer: "protocol" | "application"): Stop {
  const { code, severity } = thrown as { readonly code?: unknown; readonly severity?: unknown };
  const text = errorText(thrown);
  if (typeof code === "string" && typeof severity === "string") {
    const known = states.find(([pattern]) => pattern.test(code))?.[1] ?? "server-error";
    return answered(known, `${code} ${text}`);
  }
  if (/^Connection terminated|^ECONNRESET|^EPIPE/.test(text) || typeof code === "string")
    return closedStop(layer, asError(thrown));
  return stop("protocol", "not-postgres", text).error;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
