import type { AftercareCheck, AftercareOutcome } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, outcome, unobserved, type Section } from "../outcome.ts";
import { compareChecks, ofKinds } from "../outside.ts";

/** The host asks the same name servers, and names that lead to it lead to it still. */
export const nameResolution: AftercareCheck = {
  id: "name-resolution",
  group: "network",
  weight: "warning",
  needs: ["net"],
  after: ["same-machine", "network"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    const { silent, unseen } = compareChecks(input, ofKinds("dns"));
    const inside = comparing(input, "net", compareFiles);
    const items = [...inside.items, ...silent.map(({ name }) => name)];
    const facts = { ...inside.facts, count: items.length };
    if (silent.length > 0 || inside.result === "fail") return outcome("fail", { facts, items });
    if (inside.result === "unobserved") return inside;
    return unseen.length > 0 ? unobserved("no-reading", facts) : outcome("pass", { facts });
  },
};

function compareFiles(before: Section, after: Section): AftercareOutcome {
  const [was, now] = [servers(before), servers(after)];
  const items = [
    ...was.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ];
  return outcome(items.length > 0 ? "fail" : "pass", { items, facts: { servers: now } });
}

/** What decides where is asked, without comments and blanks. */
function servers(net: Section): readonly string[] {
  const text = net["file /etc/resolv.conf"] ?? "";
  const lines = text.slice(text.indexOf("\n") + 1).split("\n");
  return lines
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => /^(?:nameserver|search|domain|options) /.test(line));
}
