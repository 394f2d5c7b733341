import { z } from "zod";
import { stop, type Attempt, type Stop } from "../clients/attempt.ts";
import type { DatabaseSession } from "../clients/database-session.ts";
import { durationField, key, secretField } from "../kernel/fields.ts";
import { Secret } from "../kernel/secret.ts";
import { caField, hostField, urlHost } from "./probe-fields.ts";

/** Keys that every check of a database has. */
export const databaseKeys = {
  user: key(z.string().min(1).optional(), { ja: "ユーザー名", en: "user" }),
  password: key(secretField().optional(), {
    ja: "パスワード。省くと、応答があるかどうかだけを確かめます",
    en: "password; without it only whether the server answers is looked at",
  }),
  tls: key(z.boolean().optional(), {
    ja: "暗号化してつなぎ、証明書も確かめる",
    en: "encrypt, and judge the certificate",
  }),
  server_name: key(hostField().optional(), {
    ja: "証明書に載っているべき名前。省くと対象のホスト名",
    en: "the name the certificate must carry; the target's host when left out",
  }),
  warn: key(durationField().optional(), {
    ja: "証明書の残りがこれを切ったら注意。省くと 21d",
    en: "warn when the certificate ends sooner than this; 21d when left out",
  }),
  ca: caField(),
  within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
};

/** Keys of a check that asks in SQL. */
export const sqlKeys = {
  query: key(z.string().min(1).optional(), {
    ja: "試しに実行する問い合わせ。読み取り専用で実行します",
    en: "a query to try; it runs read-only",
  }),
  expect: key(
    z
      .strictObject({
        rows: key(z.int().min(0).optional(), { ja: "問い合わせの結果の行数", en: "number of rows the query gives" }),
        value: key(z.union([z.string(), z.number(), z.boolean()]).optional(), {
          ja: "問い合わせの結果の最初の値",
          en: "first value the query gives",
        }),
        role: key(z.enum(["primary", "replica"]).optional(), {
          ja: "このサーバの役割(primary は書き込める側、replica は写し)",
          en: "what this server must be: the one that is written to, or a copy of it",
        }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
  lag: key(durationField().optional(), {
    ja: "写し(replica)の遅れがこれを超えたら注意",
    en: "warn when a replica is further behind than this",
  }),
};

interface SqlExpectation {
  readonly rows?: number | undefined;
  readonly value?: string | number | boolean | undefined;
  readonly role?: "primary" | "replica" | undefined;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  /** null when the URL and the check name none */
  readonly user: string | null;
  readonly password: Secret | null;
  /** the path's first part; null when there is none */
  readonly database: string | null;
}

interface Written {
  readonly url: string;
  readonly defaultPort: number;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
}

/** What a database's URL and the check's own keys say together; the keys win. */
export function databaseAddress({ url: text, defaultPort, user, password }: Written): Address {
  const url = new URL(text);
  const inUrl = url.password === "" ? null : new Secret(plain(url.password), "the URL");
  const database = plain(url.pathname.replace(/^\//, ""));
  return {
    host: urlHost(url).toLowerCase(),
    port: url.port === "" ? defaultPort : Number(url.port),
    user: user ?? (url.username === "" ? null : plain(url.username)),
    password: password ?? inUrl,
    database: database === "" ? null : database,
  };
}

/** The URL without user, password and options. */
export function databaseTarget(text: string): string {
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

/** Escapes that are no UTF-8, or a bare %, are what the person meant. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Notes what is said of the replica's distance; degraded when it is more than the check allows. */
export function lagStop(attempt: Attempt, lagMs: number, limitMs: number | undefined): Stop | null {
  attempt.facts["replicationLagSeconds"] = Math.round(lagMs) / 1_000;
  if (limitMs === undefined || lagMs <= limitMs) return null;
  const text = `${(lagMs / 1_000).toFixed(1)} s behind, expected at most ${limitMs / 1_000} s`;
  return { outcome: "degraded", layer: "content", code: "replica-behind", text };
}

export function roleStop(role: "primary" | "replica", { role: wanted }: SqlExpectation): Stop | null {
  if (wanted === undefined || wanted === role) return null;
  return stop("content", "role-differs", `this server is a ${role}, expected a ${wanted}`).error;
}

/** Runs the check's own query between `before` and `after` and judges what it gives. */
export async function queryStop(
  attempt: Attempt,
  session: DatabaseSession,
  wanted: { query: string; before: readonly string[]; expect: SqlExpectation },
): Promise<Stop | null> {
  for (const sql of wanted.before) {
    const prepared = await session.ask(sql);
    if (!prepared.ok) return prepared.error;
  }
  const answer = await session.ask(wanted.query);
  if (!answer.ok) return answer.error;
  const { rows } = answer.value;
  const first = rows[0]?.[0] ?? null;
  attempt.facts["rows"] = rows.length;
  if (first !== null) attempt.facts["value"] = first.slice(0, 200);
  return answerStop(rows.length, first, wanted.expect);
}

function answerStop(count: number, first: string | null, { rows, value }: SqlExpectation): Stop | null {
  if (rows !== undefined && count !== rows) {
    return stop("content", "rows-differ", `the query gives ${count} rows, expected ${rows}`).error;
  }
  if (value === undefined || (first !== null && spellings(value).includes(first))) return null;
  const text = `the query gives ${first?.slice(0, 200) ?? "nothing"}, expected ${String(value)}`;
  return stop("content", "value-differs", text).error;
}

/** PostgreSQL prints truth as one letter, MySQL as a digit. */
function spellings(value: string | number | boolean): readonly string[] {
  if (typeof value !== "boolean") return [String(value)];
  return value ? ["true", "t", "1"] : ["false", "f", "0"];
}

export function slowStop(tookMs: number, withinMs: number | undefined): Stop | null {
  if (withinMs === undefined || tookMs <= withinMs) return null;
  const text = `took ${Math.round(tookMs)} ms, expected within ${withinMs} ms`;
  return { outcome: "degraded", layer: "application", code: "slow", text };
}
