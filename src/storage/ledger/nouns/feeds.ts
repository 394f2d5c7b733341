import { sql, type Generated, type Kysely, type Selectable } from "kysely";
import type { Stamp } from "../../../kernel/clock.ts";
import type { FeedTrouble, KeptNotice, NoticeQuery, NoticeVersion } from "../../../kernel/ports-feeds.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

/** What providers told. */
export interface FeedTables {
  feeds: { key: string; state: Json<FeedState> };
  provider_notices: {
    id: Generated<number>;
    provider: string;
    feed: string;
    guid: string;
    search: string;
    current: Json<Omit<KeptNotice, "id">>;
  };
  provider_notice_versions: { notice: number; number: number; data: Json<NoticeVersion> };
}

/** How far a source was read. */
export interface FeedState {
  readonly lastTriedAt: Stamp | null;
  readonly lastSuccessAt: Stamp | null;
  readonly trouble: FeedTrouble | null;
  /** what its server wants to hear to say "nothing new", by address */
  readonly marks: Readonly<Record<string, { readonly etag: string | null; readonly lastModified: string | null }>>;
  /** mailbox: the newest mail read, and which numbering it belongs to */
  readonly mail: { readonly validity: number; readonly uid: number } | null;
}

/** A notice with what makes it the same one when it comes again. */
export interface StoredNotice extends KeptNotice {
  readonly guid: string;
}

export interface FeedReads {
  feedStates(): Promise<ReadonlyMap<string, FeedState>>;
  providerNotice(id: number): Promise<StoredNotice | null>;
  providerNoticeByGuid(provider: string, guid: string): Promise<StoredNotice | null>;
  /** newest first */
  providerNotices(query: NoticeQuery): Promise<readonly StoredNotice[]>;
  /** newest first */
  providerNoticeVersions(id: number): Promise<readonly NoticeVersion[]>;
  /** by feed */
  providerNoticeCounts(): Promise<ReadonlyMap<string, number>>;
}

export interface FeedWrites {
  putFeedState(key: string, state: FeedState): Promise<void>;
  /** @returns it with its new number */
  insertProviderNotice(notice: Omit<StoredNotice, "id">, search: string): Promise<StoredNotice>;
  updateProviderNotice(notice: StoredNotice, search: string): Promise<void>;
  insertProviderNoticeVersion(id: number, version: NoticeVersion): Promise<void>;
}

export function feedReads(db: Kysely<Tables>): FeedReads {
  const all = db.selectFrom("provider_notices").selectAll();
  return {
    async feedStates() {
      const rows = await db.selectFrom("feeds").selectAll().execute();
      return new Map(rows.map(({ key, state }) => [key, fromJson(state)]));
    },
    async providerNotice(id) {
      const row = await all.where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },
    async providerNoticeByGuid(provider, guid) {
      const row = await all.where("provider", "=", provider).where("guid", "=", guid).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },
    async providerNotices({ search, provider, before, limit }) {
      let query = all.orderBy("id", "desc").limit(limit);
      for (const word of searchText(search)
        .split(/\s+/)
        .filter((one) => one !== "")
        .slice(0, 8)) {
        query = query.where(sql<boolean>`instr(search, ${word}) > 0`);
      }
      if (provider !== null) query = query.where("provider", "=", provider);
      if (before !== null) query = query.where("id", "<", before);
      return (await query.execute()).map(fromRow);
    },
    async providerNoticeVersions(id) {
      const rows = await db
        .selectFrom("provider_notice_versions")
        .select("data")
        .where("notice", "=", id)
        .orderBy("number", "desc")
        .execute();
      return rows.map(({ data }) => fromJson(data));
    },
    async providerNoticeCounts() {
      const rows = await db
        .selectFrom("provider_notices")
        .select(["feed", (of) => of.fn.countAll<number>().as("count")])
        .groupBy("feed")
        .execute();
      return new Map(rows.map(({ feed, count }) => [feed, count]));
    },
  };
}

/** How a text is written to be found: one width, lower case. */
export function searchText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

export function feedWrites(db: Kysely<Tables>): FeedWrites {
  return {
    async putFeedState(key, state) {
      const row = { state: toJson(state) };
      await db
        .insertInto("feeds")
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(row))
        .execute();
    },
    async insertProviderNotice({ guid, ...current }, search) {
      const { provider, feed } = current;
      const row = { provider, feed, guid, search: searchText(search), current: toJson(current) };
      const { id } = await db.insertInto("provider_notices").values(row).returning("id").executeTakeFirstOrThrow();
      return { ...current, guid, id };
    },
    async updateProviderNotice({ id, guid: _guid, ...current }, search) {
      const row = { feed: current.feed, search: searchText(search), current: toJson(current) };
      await db.updateTable("provider_notices").set(row).where("id", "=", id).execute();
    },
    async insertProviderNoticeVersion(id, version) {
      await db
        .insertInto("provider_notice_versions")
        .values({ notice: id, number: version.number, data: toJson(version) })
        .execute();
    },
  };
}

function fromRow({ id, guid, current }: Selectable<FeedTables["provider_notices"]>): StoredNotice {
  return { ...fromJson(current), id, guid };
}
