import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, listed, type Section } from "../outcome.ts";

/** Addresses, routes, rules, links and their sizes are as before. */
export const network: AftercareCheck = {
  id: "network",
  group: "network",
  weight: "critical",
  needs: ["net"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    return comparing(input, "net", (before, after) => {
      const gone = Object.keys(before).filter((key) => isMeant(key) && after[key] === undefined);
      const other = Object.entries(before).filter(
        ([key, value]) => isMeant(key) && !key.startsWith("route") && after[key] !== undefined && after[key] !== value,
      );
      const added = Object.keys(after).filter(
        (key) => /^(?:route6?|rule6?) /.test(key) && isMeant(key) && before[key] === undefined,
      );
      const items = [
        ...gone.map((key) => `- ${key}`),
        ...other.map(([key, value]) => `${key}: ${value} → ${after[key]}`),
        ...added.map((key) => `+ ${key}`),
      ];
      return listed("fail", { items, facts: { goneCount: gone.length, hasDefaultRoute: hasDefault(after) } });
    });
  },
};

/** What containers and tunnels lay down comes and goes with them, and is asked about there. */
const passing =
  /\b(?:veth\w+|br-[0-9a-f]{8,}|docker\d+|cni\w+|cali\w+|flannel\S*|vnet\d+|tap\w*|tun\w*|wg\w*|ppp\w*)\b/;
const volatile = /\btable local\b|\b(?:local|broadcast|multicast|anycast) |\bfe80::|\bff00::/;

function isMeant(key: string): boolean {
  return /^(?:addr|link|route6?|rule6?|sysctl) /.test(key) && !passing.test(key) && !volatile.test(key);
}

function hasDefault(net: Section): boolean {
  return Object.keys(net).some((key) => /^route6? default\b/.test(key));
}
