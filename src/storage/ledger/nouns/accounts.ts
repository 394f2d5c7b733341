import { sql, type Kysely, type Selectable } from "kysely";
import type { Role, TokenScope } from "../../../kernel/access.ts";
import type { Stamp } from "../../../kernel/clock.ts";
import type { EventKind, LedgerEvent } from "../../../kernel/event.ts";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";
import { fromRow as eventFromRow } from "./events.ts";

/** A person's way in. */
export interface Account {
  /** what is typed at login; the key of a person of the configuration where there is one */
  readonly name: string;
  readonly role: Role;
  /** `scrypt$ln=…$salt$hash`; never leaves api/ */
  readonly password: string;
  /** someone else chose the password: it opens nothing but the form that replaces it */
  readonly mustChange: boolean;
  readonly totp: StoredTotp | null;
  /** sha256 of each recovery code not used yet, hex */
  readonly recovery: readonly string[];
  readonly createdAt: Stamp;
  readonly lastLoginAt: Stamp | null;
}

export interface StoredTotp {
  /** the secret, sealed with the key that lies beside the ledger */
  readonly sealed: string;
  /** the newest 30-second step a code was taken for: none is taken twice */
  readonly lastStep: number;
}

/** A program's way in. */
export interface ApiToken {
  readonly name: string;
  /** sha256 of the whole token, hex */
  readonly hash: string;
  readonly scopes: readonly TokenScope[];
  readonly createdBy: string;
  readonly createdAt: Stamp;
  /** null: it does not expire */
  readonly expiresAt: Stamp | null;
  /** to within an hour; null: never used */
  readonly lastUsedAt: Stamp | null;
  readonly revokedAt: Stamp | null;
}

export interface AuditQuery {
  /** the seq of the last event of the page before this one */
  readonly before?: number;
  readonly actor?: string;
  readonly kind?: EventKind;
  /** Unix epoch, inclusive */
  readonly fromMs?: number;
  /** Unix epoch, exclusive */
  readonly toMs?: number;
  readonly limit: number;
}

export interface AccountReads {
  account(name: string): Promise<Account | null>;
  /** by name */
  accounts(): Promise<readonly Account[]>;
  apiToken(name: string): Promise<ApiToken | null>;
  /** by name, revoked and expired ones too */
  apiTokens(): Promise<readonly ApiToken[]>;
  /** what people and programs did, and koboshi's own starts, stops, configurations and refused logins; newest first */
  audit(query: AuditQuery): Promise<readonly LedgerEvent[]>;
}

export interface AccountWrites {
  putAccount(account: Account): Promise<void>;
  /** Its sessions end with it. */
  deleteAccount(name: string): Promise<void>;
  /** Replaces the token of the same name. */
  putApiToken(token: ApiToken): Promise<void>;
}

export interface AccountTables {
  accounts: {
    name: string;
    role: Role;
    password: string;
    must_change: number;
    totp: Json<StoredTotp> | null;
    recovery: Json<readonly string[]>;
    created_at: Json<Stamp>;
    last_login_at: Json<Stamp> | null;
  };
  api_tokens: {
    name: string;
    hash: string;
    scopes: Json<readonly TokenScope[]>;
    created_by: string;
    created_at: Json<Stamp>;
    expires_at: Json<Stamp> | null;
    last_used_at: Json<Stamp> | null;
    revoked_at: Json<Stamp> | null;
  };
}

/** Literal, as in the index `events_of_audit`: with bound values SQLite would not know that the index covers it. */
const audited = sql<boolean>`(actor <> 'koboshi' OR kind IN ('hub.started', 'hub.stopped', 'config.applied', 'config.refused', 'session.refused'))`;

export function accountReads(db: Kysely<Tables>): AccountReads {
  return {
    async account(name) {
      const row = await db.selectFrom("accounts").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : accountOf(row);
    },
    async accounts() {
      return (await db.selectFrom("accounts").selectAll().orderBy("name").execute()).map(accountOf);
    },
    async apiToken(name) {
      const row = await db.selectFrom("api_tokens").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : tokenOf(row);
    },
    async apiTokens() {
      return (await db.selectFrom("api_tokens").selectAll().orderBy("name").execute()).map(tokenOf);
    },
    async audit({ before, actor, kind, fromMs, toMs, limit }) {
      let query = db.selectFrom("events").selectAll().where(audited).orderBy("seq", "desc").limit(limit);
      if (before !== undefined) query = query.where("seq", "<", before);
      if (actor !== undefined) query = query.where("actor", "=", actor as LedgerEvent["actor"]);
      if (kind !== undefined) query = query.where("kind", "=", kind);
      if (fromMs !== undefined) query = query.where("at_ms", ">=", fromMs);
      if (toMs !== undefined) query = query.where("at_ms", "<", toMs);
      return (await query.execute()).map(eventFromRow);
    },
  };
}

export function accountWrites(db: Kysely<Tables>): AccountWrites {
  return {
    async putAccount(account) {
      const changing = {
        role: account.role,
        password: account.password,
        must_change: account.mustChange ? 1 : 0,
        totp: toJsonOrNull(account.totp),
        recovery: toJson(account.recovery),
        created_at: toJson(account.createdAt),
        last_login_at: toJsonOrNull(account.lastLoginAt),
      };
      await db
        .insertInto("accounts")
        .values({ ...changing, name: account.name })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(changing))
        .execute();
    },
    async deleteAccount(name) {
      await db.deleteFrom("sessions").where("account", "=", name).execute();
      await db.deleteFrom("accounts").where("name", "=", name).execute();
    },
    async putApiToken(token) {
      const changing = {
        hash: token.hash,
        scopes: toJson(token.scopes),
        created_by: token.createdBy,
        created_at: toJson(token.createdAt),
        expires_at: toJsonOrNull(token.expiresAt),
        last_used_at: toJsonOrNull(token.lastUsedAt),
        revoked_at: toJsonOrNull(token.revokedAt),
      };
      await db
        .insertInto("api_tokens")
        .values({ ...changing, name: token.name })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(changing))
        .execute();
    },
  };
}

function accountOf(row: Selectable<Tables["accounts"]>): Account {
  return {
    name: row.name,
    role: row.role,
    password: row.password,
    mustChange: row.must_change === 1,
    totp: fromJsonOrNull(row.totp),
    recovery: fromJson(row.recovery),
    createdAt: fromJson(row.created_at),
    lastLoginAt: fromJsonOrNull(row.last_login_at),
  };
}

function tokenOf(row: Selectable<Tables["api_tokens"]>): ApiToken {
  return {
    name: row.name,
    hash: row.hash,
    scopes: fromJson(row.scopes),
    createdBy: row.created_by,
    createdAt: fromJson(row.created_at),
    expiresAt: fromJsonOrNull(row.expires_at),
    lastUsedAt: fromJsonOrNull(row.last_used_at),
    revokedAt: fromJsonOrNull(row.revoked_at),
  };
}
