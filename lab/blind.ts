import { errorText } from "../src/kernel/errors.ts";
import type { Company } from "./company/company.ts";
import type { Scenario } from "./scenario.ts";

/** Has the hub diagnose without a scenario's true causes, or with all again. @returns a sentence when the hub cannot */
export async function leaveOut({ hub }: Pick<Company, "hub">, scenario: Scenario | null): Promise<string | null> {
  const causes = scenario === null ? [] : [...new Set(scenario.expect.causes.map(({ id }) => id))];
  try {
    await hub.post("/api/v1/diagnosis/leave-out", { causes });
    return null;
  } catch (thrown) {
    return `this hub cannot leave causes out of its catalogue: ${errorText(thrown)}`;
  }
}
