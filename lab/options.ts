import { parseArgs } from "node:util";

/** What was asked for on the command line. */
export interface Options {
  /** a folder or one file */
  readonly scenarios: string;
  /** ids; empty: all */
  readonly only: readonly string[];
  /** file for the machine-readable answer; null: none */
  readonly json: string | null;
  readonly list: boolean;
  readonly seed: number;
  /** each true cause is left out of the hub's catalogue */
  readonly blind: boolean;
  /** nothing of an interrupted run is taken over */
  readonly fresh: boolean;
  /** a seeded third of the variants, too */
  readonly vary: boolean;
  /** folder for the table of this run; null: not kept */
  readonly keep: string | null;
  /** the company is raised and stays until interrupted */
  readonly stay: boolean;
  /** nothing is broken, and the hub is asked so many times what is; null: the scenarios are played */
  readonly quiet: number | null;
}

export const usage = `npm run lab -- [--scenarios DIR] [--only ID,…] [--json OUT] [--list] [--seed N] [--vary] [--blind] [--fresh] [--keep DIR] [--stay] [--quiet N]

  --scenarios DIR  a folder of scenario files, or one file (lab/scenarios)
  --only ID,…      these alone
  --json OUT       the answer for programs
  --list           what there is, without playing it
  --seed N         of the load and of the variants (1)
  --vary           a third of the variants (each fault's strengths under each load), too, chosen by the seed
  --blind          each scenario's true causes are left out of the catalogue: nobody may be sure of another
  --fresh          start anew instead of going on with an interrupted run
  --keep DIR       writes COMMIT.md, latest.md and the mails of each scenario there
  --stay           raises the company and waits; Ctrl-C takes it down
  --quiet N        breaks nothing and asks every half minute, N times, what is broken, under the noise of the healthy scenarios`;

/** @returns a sentence when the words cannot be understood */
export function readOptions(words: readonly string[], defaultScenarios: string): Options | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        scenarios: { type: "string", default: defaultScenarios },
        only: { type: "string", multiple: true, default: [] },
        json: { type: "string" },
        list: { type: "boolean", default: false },
        seed: { type: "string", default: "1" },
        blind: { type: "boolean", default: false },
        fresh: { type: "boolean", default: false },
        vary: { type: "boolean", default: false },
        keep: { type: "string" },
        stay: { type: "boolean", default: false },
        quiet: { type: "string" },
      },
    });
    if (!/^\d{1,9}$/.test(values.seed)) return `--seed ${values.seed}: a whole number is wanted`;
    const { quiet = null } = values;
    if (quiet !== null && !/^[1-9]\d{0,3}$/.test(quiet)) return `--quiet ${quiet}: a number of questions is wanted`;
    const only = values.only
      .flatMap((text) => text.split(","))
      .map((id) => id.trim())
      .filter((id) => id !== "");
    const { json = null, keep = null } = values;
    return { ...values, only, seed: Number(values.seed), json, keep, quiet: quiet === null ? null : Number(quiet) };
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
