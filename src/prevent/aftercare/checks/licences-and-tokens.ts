import type { AftercareCheck, AftercareInput } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, keyed, look, outcome, type Section } from "../outcome.ts";

const tunnels = /^(?:wg|tun|tap|ppp|ipsec|tailscale|zt|nebula)\w*\b/;
const bound = /^(?:dmi-uuid|mac )/;

/** Tunnels are up, and what licences are bound to is the same. */
export const licencesAndTokens: AftercareCheck = {
  id: "licences-and-tokens",
  group: "licences",
  weight: "warning",
  needs: ["net", "ident"],
  after: ["same-machine", "network", "clock-offset"],
  isWaivable: true,
  appliesTo: (input) => isRead(input) && (hasTunnel(input) || boundIds(input).length > 0),
  compare(input) {
    return comparing(input, "net", (before, after) => {
      const gone = links(before).filter((link) => !links(after).includes(link));
      const ids = boundIds(input);
      const items = [...gone, ...ids];
      return outcome(items.length > 0 ? "warn" : "pass", {
        items,
        facts: { tunnelCount: gone.length, boundCount: ids.length },
      });
    });
  },
};

/** Tunnels that have an address. */
function links(net: Section): readonly string[] {
  const names = [...keyed(net, "addr").keys()].map((key) => key.split(" ")[0] ?? "");
  return [...new Set(names.filter((name) => tunnels.test(name)))];
}

function hasTunnel({ before, after }: AftercareInput): boolean {
  return [before, after].some((each) => links(look(each, "net", "after").section ?? {}).length > 0);
}

/** Ids of the machine that licences are bound to, where they are other than before. */
function boundIds({ before, after }: AftercareInput): readonly string[] {
  const was = look(before, "ident", "before").section;
  const now = look(after, "ident", "after").section;
  if (was === null || now === null) return [];
  return Object.keys(was).filter((key) => bound.test(key) && now[key] !== was[key]);
}
