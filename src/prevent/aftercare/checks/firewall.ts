import type { AftercareCheck, AftercareInput, Repair } from "../../../kernel/model/aftercare.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { comparing, isAbsent, isRead, listed, look, type Section } from "../outcome.ts";
import { serviceCommands } from "../../../hands/service-commands.ts";
import { usualStep } from "../../../hands/usual-step.ts";
import { fileState, initOf, startsAtBoot } from "../units.ts";

/** The firewall's rules and policies are there as before; none where there were some is the worst. */
export const firewall: AftercareCheck = {
  id: "firewall",
  group: "firewall",
  weight: "critical",
  needs: ["fw", "units", "os"],
  after: ["same-machine", "network"],
  isWaivable: true,
  appliesTo: (input) => isRead(input) && !isAbsent(input, "fw"),
  compare(input) {
    return comparing(input, "fw", (before, after) => {
      const [was, now] = [rules(before), rules(after)];
      const gone = was.filter((key) => after[key] === undefined);
      const other = was.filter((key) => after[key] !== undefined && after[key] !== before[key]);
      const added = now.filter((key) => before[key] === undefined);
      const isEmpty = !now.some(isRule) && was.some(isRule);
      const items = [
        ...gone.map((key) => `- ${key}`),
        ...other.map((key) => `${key}: ${before[key]} → ${after[key]}`),
        ...added.map((key) => `+ ${key}`),
      ];
      const repairs = gone.length > 0 ? restore(input) : [];
      return listed("fail", { items, facts: { beforeCount: was.length, afterCount: now.length, isEmpty }, repairs });
    });
  },
};

/** Container engines and bans write rules of their own as they go. */
const passing =
  /\b(?:DOCKER\S*|KUBE-\S*|CNI-\S*|cali-\S*|f2b-\S*|fail2ban\S*|LIBVIRT_\S*|NETAVARK\S*|veth\w+|br-[0-9a-f]{8,})\b/;

function rules(fw: Section): readonly string[] {
  return Object.keys(fw).filter((key) => !passing.test(key));
}

function isRule(key: string): boolean {
  return !key.startsWith("policy ");
}

const services = [
  "firewalld.service",
  "nftables.service",
  "netfilter-persistent.service",
  "ufw.service",
  "shorewall.service",
  "iptables.service",
  "iptables",
];

function restore(input: AftercareInput): readonly Repair[] {
  const units = look(input.before, "units", "before").section ?? {};
  const service = services.find((name) => startsAtBoot(fileState(units, name)));
  if (service === undefined) return [];
  const manager = serviceCommands(initOf(input.after, input.before));
  return [
    {
      id: "restore-firewall",
      title: repairText((say) => say.restoreFirewall(service)),
      steps: [
        usualStep({
          id: "restart",
          says: repairText((say) => say.restoreFirewall(service)),
          command: manager.restart(service),
        }),
        usualStep({
          id: "verify",
          says: repairText((say) => say.firewallSeen),
          command:
            "{ iptables-save 2>/dev/null; nft list ruleset 2>/dev/null; } | grep -E -c '^-A |^[[:space:]]+(type|[a-z].* (accept|drop|reject))'",
        }),
      ],
      isSafeTwice: true,
      warnings: [repairText((say) => say.firewallCuts)],
    },
  ];
}
