import { many } from "../kernel/fields.ts";
import type { Automation, Person, Place, Site } from "../kernel/model/site.ts";
import type { RootConfig } from "./schema.ts";
import { table } from "./table.ts";

/** What the survival audit knows of people: what they can reach, and whose keys they hold. Left out where nobody said. */
export function reachOf(person: RootConfig["people"][string]): Pick<Person, "can" | "keys"> {
  if (typeof person === "string") return {};
  const { can, keys } = person;
  return { ...(can === undefined ? {} : { can }), ...(keys === undefined ? {} : { keys }) };
}

/** Who shares a place's login, and what it takes to get data out of it. Left out where nobody said. */
export function accessOf({
  login_shared_with: shared,
  retrieval,
}: RootConfig["places"][string]): Pick<Place, "loginSharedWith" | "retrieval"> {
  const { delay, fee } = retrieval ?? {};
  return {
    ...(shared === undefined ? {} : { loginSharedWith: shared }),
    ...(delay === undefined ? {} : { retrieval: { delayMs: delay, feePerGigabyte: fee ?? null } }),
  };
}

/** Programs that act on many things at once, and losses of the site's own making. */
export function compileAround({ automation, audit }: RootConfig): Required<Pick<Site, "automation" | "auditEvents">> {
  return {
    automation: table(automation ?? {}, (key, one): Automation => ({
      key,
      on: many(one.on),
      runsFrom: one.runs_from ?? null,
      with: one.with ?? null,
    })),
    auditEvents: table(audit?.events ?? {}, (_, { lost, acts }) => ({ lost: many(lost), acts: many(acts) })),
  };
}
