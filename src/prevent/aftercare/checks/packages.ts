import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { comparing, isAbsent, isRead, keyed, outcome } from "../outcome.ts";

/** Which packages are other than before, and whether the package log tells of it. */
export const packages: AftercareCheck = {
  id: "packages",
  group: "packages",
  weight: "info",
  needs: ["pkgs"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: (input) => isRead(input) && !isAbsent(input, "pkgs"),
  compare(input) {
    return comparing(input, "pkgs", (before, after) => {
      const [was, now, logged] = [keyed(before, "pkg"), keyed(after, "pkg"), keyed(after, "logged")];
      const names = [...new Set([...was.keys(), ...now.keys()])].filter((name) => was.get(name) !== now.get(name));
      const isTold = (name: string): boolean => {
        const bare = name.replace(/:.*$/, "");
        const told = logged.get(name) ?? logged.get(bare) ?? (now.has(name) ? undefined : logged.get(`${bare}:*`));
        return told === "*" || (told !== undefined && (now.get(name) ?? told).split(" ").includes(told));
      };
      const untold = names.filter((name) => !isTold(name));
      const items = names.map((name) => `${name} ${was.get(name) ?? "-"} → ${now.get(name) ?? "-"}`);
      return outcome(untold.length > 0 ? "warn" : "pass", { items, facts: { untoldCount: untold.length } });
    });
  },
};
