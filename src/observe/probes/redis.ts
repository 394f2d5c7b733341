import type { Socket } from "node:net";
import { z } from "zod";
import { phases, runAttempt, stop, type Attempt, type Step, type Stop } from "../../clients/attempt.ts";
import type { Certificate } from "../../clients/certificate.ts";
import { connectTo } from "../../clients/connect.ts";
import { createRedisSession, readRedisInfo, type RedisReply, type RedisSession } from "../../clients/redis.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { expiryStop, secure } from "../../clients/tls.ts";
import { key, urlField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { ok } from "../../kernel/result.ts";
import { databaseAddress, databaseKeys, databaseTarget, slowStop, type Address } from "../database-check.ts";

const redisPort = 6_379;
/** Commands that change nothing and answer with one value. */
const reading =
  /^\s*(?:get|strlen|getrange|exists|ttl|pttl|type|llen|lindex|scard|sismember|hlen|hget|hexists|zcard|zscore|xlen|dbsize|lastsave)(?:\s+\S+){0,3}\s*$/i;

const schema = z.strictObject({
  redis: key(urlField(["redis", "rediss"]), {
    ja: "対象の URL(redis://ホスト:ポート。rediss:// は暗号化)",
    en: "the URL, redis://host:port; rediss:// means TLS",
  }),
  ...databaseKeys,
  query: key(z.string().regex(reading).optional(), {
    ja: "試しに実行する、読むだけのコマンド(例 GET health)",
    en: "a command to try that only reads, such as GET health",
  }),
  expect: key(
    z
      .strictObject({
        value: key(z.union([z.string(), z.number()]).optional(), {
          ja: "コマンドの結果",
          en: "what the command gives",
        }),
        role: key(z.enum(["primary", "replica"]).optional(), {
          ja: "このサーバの役割(primary は書き込める側、replica は写し)",
          en: "what this server must be: the one that is written to, or a copy of it",
        }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
});
type Spec = z.output<typeof schema>;

/** Whether Redis or Valkey answers and is ready; what it says of itself; and what a reading command gives. */
export const redis = defineProbe({
  kind: "redis",
  summary: { ja: "Redis / Valkey", en: "Redis / Valkey" },
  schema,
  urlSchemes: ["redis", "rediss"],
  fromUrl: (url) => ({ redis: url.href }),
  target: (spec) => databaseTarget(spec.redis),
  hosts: (spec) => [addressOf(spec).host],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

function addressOf({ redis: url, user, password }: Spec): Address {
  return databaseAddress({ url, defaultPort: redisPort, user, password });
}

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const address = addressOf(spec);
  const resolved = await resolveHost(attempt, address.host);
  if (!resolved.ok) return resolved.error;
  const connected = await connectTo(attempt, { addresses: resolved.value, port: address.port });
  if (!connected.ok) return connected.error;
  const line = await lineTo(attempt, connected.value, spec);
  if (!line.ok) return line.error;
  const { socket, certificate } = line.value;
  const stopped = await talk(attempt, createRedisSession(attempt, socket), spec);
  return (
    stopped ??
    slowStop(attempt.elapsedMs(), spec.within) ??
    (certificate === null ? null : expiryStop(certificate, spec.warn))
  );
}

async function lineTo(
  attempt: Attempt,
  socket: Socket,
  spec: Spec,
): Promise<Step<{ socket: Socket; certificate: Certificate | null }>> {
  if (!(spec.tls ?? spec.redis.startsWith("rediss:"))) return ok({ socket, certificate: null });
  return secure(attempt, socket, { name: spec.server_name ?? addressOf(spec).host, caFile: spec.ca ?? null });
}

async function talk(attempt: Attempt, session: RedisSession, spec: Spec): Promise<Stop | null> {
  const { database } = addressOf(spec);
  const pong = await greet(session, spec);
  if (!pong.ok) return pong.error.code === "password-required" ? behindPassword(attempt, spec, pong.error) : pong.error;
  if (pong.value !== "PONG") return stop("protocol", "not-redis", `answers PING with «${pong.value}»`).error;
  attempt.facts["login"] = "ok";
  const state = await stateStop(attempt, session, spec);
  if (state !== null && state.outcome !== "degraded") return state;
  if (database !== null && /^\d+$/.test(database)) {
    const selected = await session.ask(["SELECT", database]);
    if (!selected.ok) return selected.error;
  }
  return (await ownQuery(session, spec)) ?? state;
}

async function greet(session: RedisSession, spec: Spec): Promise<Step<RedisReply>> {
  const { user, password } = addressOf(spec);
  if (password === null) return session.ask(["PING"], phases.firstByte);
  const login = ["AUTH", ...(user === null ? [] : [user]), password.reveal()];
  const entered = await session.ask(login, phases.firstByte);
  return entered.ok ? session.ask(["PING"]) : entered;
}

/** It answers; without a password nothing more was asked, unless the check wants an answer that takes one. */
function behindPassword(attempt: Attempt, { query, expect }: Spec, stopped: Stop): Stop | null {
  attempt.facts["login"] = "password-required";
  return query === undefined && expect.role === undefined ? null : stopped;
}

async function stateStop(attempt: Attempt, session: RedisSession, { expect }: Spec): Promise<Stop | null> {
  const told = await session.ask(["INFO"]);
  // a user without the right to ask still may use the rest
  if (!told.ok) return told.error.code === "query-refused" ? null : told.error;
  const info = readRedisInfo(told.value ?? "");
  noteInfo(attempt, info);
  const role = info.get("role") === "slave" ? "replica" : "primary";
  if (expect.role !== undefined && expect.role !== role) {
    return stop("content", "role-differs", `this server is a ${role}, expected a ${expect.role}`).error;
  }
  if (info.get("master_link_status") !== "down") return null;
  const text = `the link to ${info.get("master_host") ?? "its primary"} is down; what it holds grows old`;
  return { outcome: "degraded", layer: "content", code: "replication-stopped", text };
}

const numbersOf: Readonly<Record<string, string>> = {
  connected_clients: "connectionsUsed",
  maxclients: "connectionsMax",
  used_memory: "memoryUsedBytes",
  maxmemory: "memoryMaxBytes",
  uptime_in_seconds: "uptimeSeconds",
  master_last_io_seconds_ago: "replicationLagSeconds",
};

function noteInfo(attempt: Attempt, info: ReadonlyMap<string, string>): void {
  const { facts } = attempt;
  facts["server"] = info.get("server_name") ?? "redis";
  facts["version"] = info.get("valkey_version") ?? info.get("redis_version") ?? null;
  facts["role"] = info.get("role") === "slave" ? "replica" : "primary";
  for (const [name, fact] of Object.entries(numbersOf)) {
    const number = Number(info.get(name) ?? NaN);
    if (Number.isFinite(number) && number >= 0) facts[fact] = number;
  }
}

async function ownQuery(session: RedisSession, { query, expect }: Spec): Promise<Stop | null> {
  if (query === undefined) return null;
  const answer = await session.ask(query.trim().split(/\s+/));
  if (!answer.ok) return answer.error;
  if (expect.value === undefined || answer.value === String(expect.value)) return null;
  const text = `the command gives ${answer.value?.slice(0, 200) ?? "nothing"}, expected ${expect.value}`;
  return stop("content", "value-differs", text).error;
}
