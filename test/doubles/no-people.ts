import type { PeopleDesk } from "../../src/kernel/ports-people.ts";
import { ok } from "../../src/kernel/result.ts";

/** Nobody has said anything, and what is said is not kept. */
export const noPeople: PeopleDesk = {
  report: async () => ok("kept"),
  reports: async () => [],
  turnedAway: () => 0,
};
