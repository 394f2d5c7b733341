import type { ColumnType, Generated, Kysely, Selectable } from "kysely";
import type { ComponentId } from "../../../kernel/model/component.ts";
import type { Habit, HabitAt, HabitDay } from "../../../kernel/model/learned.ts";
import type { IncidentPicture } from "../../../kernel/model/picture.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";
import { expectOne } from "./expect-one.ts";

export interface LearnedTables {
  habits: {
    evidence: string;
    target: ComponentId;
    vantage: string;
    withdrawn: ColumnType<number, boolean, boolean>;
    days: Json<readonly HabitDay[]>;
  };
  incident_pictures: {
    id: Generated<number>;
    incident_id: number;
    picture: Json<Omit<IncidentPicture, "id">>;
  };
  picture_bodies: { picture: number; body: Uint8Array };
}

export interface LearnedReads {
  /** by evidence, part and vantage, those withdrawn too */
  habits(): Promise<readonly Habit[]>;
  /** oldest first */
  picturesOf(incidentId: number): Promise<readonly IncidentPicture[]>;
  /** null: that incident has no such picture */
  pictureBody(incidentId: number, id: number): Promise<Uint8Array | null>;
}

export interface LearnedWrites {
  /** Takes the days over; whether it counts stays as it was. */
  putHabit(habit: Omit<Habit, "withdrawn">): Promise<void>;
  /** @throws when there is no such habit */
  markHabit(habit: HabitAt, withdrawn: boolean): Promise<void>;
  deleteHabit(habit: HabitAt): Promise<void>;
  /** Keeps at most `kept` pictures of all incidents, the newest. */
  insertPicture(picture: Omit<IncidentPicture, "id">, body: Uint8Array, kept: number): Promise<void>;
}

export function learnedReads(db: Kysely<Tables>): LearnedReads {
  return {
    async habits() {
      const all = db.selectFrom("habits").selectAll().orderBy("evidence").orderBy("target").orderBy("vantage");
      return (await all.execute()).map(fromRow);
    },
    async picturesOf(incidentId) {
      const rows = await db
        .selectFrom("incident_pictures")
        .select(["id", "picture"])
        .where("incident_id", "=", incidentId)
        .orderBy("id")
        .execute();
      return rows.map(({ id, picture }) => ({ ...fromJson(picture), id }));
    },
    async pictureBody(incidentId, id) {
      const row = await db
        .selectFrom("incident_pictures")
        .innerJoin("picture_bodies", "picture_bodies.picture", "incident_pictures.id")
        .select("picture_bodies.body")
        .where("incident_pictures.id", "=", id)
        .where("incident_pictures.incident_id", "=", incidentId)
        .executeTakeFirst();
      return row === undefined ? null : new Uint8Array(row.body);
    },
  };
}

export function learnedWrites(db: Kysely<Tables>): LearnedWrites {
  return {
    async putHabit({ evidence, target, vantage, days }) {
      const known = toJson(days);
      await db
        .insertInto("habits")
        .values({ evidence, target, vantage: vantage ?? "", withdrawn: false, days: known })
        .onConflict((row) => row.columns(["evidence", "target", "vantage"]).doUpdateSet({ days: known }))
        .execute();
    },
    async markHabit(habit, withdrawn) {
      const { evidence, target, vantage } = habit;
      const [result] = await db
        .updateTable("habits")
        .set({ withdrawn })
        .where("evidence", "=", evidence)
        .where("target", "=", target)
        .where("vantage", "=", vantage ?? "")
        .execute();
      expectOne(result, `habit ${evidence} ${target}`);
    },
    async deleteHabit({ evidence, target, vantage }) {
      await db
        .deleteFrom("habits")
        .where("evidence", "=", evidence)
        .where("target", "=", target)
        .where("vantage", "=", vantage ?? "")
        .execute();
    },
    async insertPicture(picture, body, kept) {
      const { id } = await db
        .insertInto("incident_pictures")
        .values({ incident_id: picture.incidentId, picture: toJson(picture) })
        .returning("id")
        .executeTakeFirstOrThrow();
      await db.insertInto("picture_bodies").values({ picture: id, body }).execute();
      await db
        .deleteFrom("picture_bodies")
        .where("picture", "<=", id - kept)
        .execute();
      await db
        .deleteFrom("incident_pictures")
        .where("id", "<=", id - kept)
        .execute();
    },
  };
}

function fromRow({ evidence, target, vantage, withdrawn, days }: Selectable<LearnedTables["habits"]>): Habit {
  return {
    evidence,
    target,
    vantage: vantage === "" ? null : vantage,
    withdrawn: withdrawn === 1,
    days: fromJson(days),
  };
}
