import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { bansOf, covers, type Sender } from "./bans.ts";
import { told, whyNot, type HostInside } from "./inside.ts";
import type { HostAnswers, HostFirewall } from "../../kernel/model/host-answers.ts";

/** Rules and routes against how they were before. */
export const hsFw = evidence({
  id: "hs.fw",
  bundle: "ssh",
  title: { ja: "遮断規則と経路", en: "firewall and routes" },
  states: ["ok", "bad"],
  stateWords: {
    ok: { ja: "変わっていません", en: "as before" },
    bad: { ja: "通信を妨げる変更があります", en: "changed so that it blocks" },
  },
  leak: [0.01],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /**
   * Bad: the way out is gone, or rules that were not there before refuse everything or a service's port. Where it is not
   * known how they were, only a rule that names a service's port and no sender is, or a chain of what comes in that throws
   * away what it does not name while none of its rules may name the port. Bad is also a ban of one of our own vantages,
   * however old: whoever works beside it is shut out, too.
   */
  read({ inside, ports, vantages }: RulesInForce): Reading | MissingReason {
    const { answers, usual } = inside;
    if (answers.fw === null) return whyNot(answers, "fw");
    const raw = answers.raw.fw ?? "";
    const before = usual?.firewallHashes ?? null;
    const plain = plainIn(answers.fw, { inside, ports, vantages });
    if (plain !== null) return told("bad", 1, { detail: plain, raw });
    const changed = before === null ? [] : changedIn(before, answers.fw.hashes);
    if (isUnseen(answers) && changed.length === 0) return whyNot(answers, "fw.part");
    const isNew = before === null ? null : changed.length > 0;
    const shut = isNew === false ? [] : shutByDefault(answers.fw, ports);
    const [rule, ...more] = [...new Set([...inTheWay(answers.fw, ports, isNew), ...shut])];
    if (rule === undefined) return told("ok", 0, { detail: changed.join(" "), raw });
    return told("bad", more.length + 1, { detail: `${rule.where} ${rule.rule}`.slice(0, 120), raw });
  },
});

/** What is wrong however the rules were before; null: nothing. */
function plainIn(fw: HostFirewall, { inside, ports, vantages }: RulesInForce): string | null {
  if (hasLostItsWay(fw, inside.usual)) return "default route";
  const [ban] = bansOf(fw, ports, vantages);
  return ban === undefined ? null : `${ban.where}: ${ban.name} ${ban.address}`;
}

export interface RulesInForce {
  readonly inside: HostInside;
  /** of the services there */
  readonly ports: readonly number[];
  readonly vantages: readonly Sender[];
}

type Block = HostFirewall["blocks"][number];

function changedIn(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(now).filter((source) => before[source] !== now[source]);
}

/** @param isNew rules of this machine changed: then one for all ports counts, too */
function isInTheWay({ ports: named, sources }: Block, ports: readonly number[], isNew: boolean): boolean {
  if (named.length > 0)
    return (isNew || sources.length === 0) && ports.some((port) => named.some((text) => covers(text, port)));
  return isNew;
}

/** @param isNew its rules changed; null: it is not known how they were */
function inTheWay({ blocks }: HostFirewall, ports: readonly number[], isNew: boolean | null): readonly Block[] {
  return isNew === false ? [] : blocks.filter((one) => isInTheWay(one, ports, isNew === true));
}

/** `type filter hook input priority filter; policy drop;`, `:INPUT DROP [0:0]` */
const shutsByDefault = /\bhook input\b.*\bpolicy (?:drop|reject)|^:INPUT (?:DROP|REJECT)/;

function shutByDefault({ blocks, passes = [] }: HostFirewall, ports: readonly number[]): readonly Block[] {
  return blocks.filter(({ where, rule }) => {
    if (!shutsByDefault.test(rule)) return false;
    const own = passes.filter((pass) => pass.where === where);
    return ports.some((port) => !own.some((pass) => mayLetIn(pass, port)));
  });
}

/** What leads elsewhere, or asks a set, may let anything in. */
function mayLetIn({ rule, ports }: Block, port: number): boolean {
  if (/\b(?:jump|goto|vmap|queue)\b|@/.test(rule) || !/\baccept\b|-j ACCEPT/.test(rule)) return true;
  if (ports.length > 0) return ports.some((text) => covers(text, port));
  const isNarrow = /\biif(?:name)? "?lo\b|-i lo\b|icmp/.test(rule);
  const isOfOldOnes = /\bct state\b|--c?t?state /.test(rule) && !/\bnew\b/i.test(rule);
  return !isNarrow && !isOfOldOnes;
}

/** Only a part of the rules could be read, and none of it blocks. */
function isUnseen({ fw, unobserved }: HostAnswers): boolean {
  return unobserved["fw.part"] !== undefined && fw?.blocks.length === 0;
}

function hasLostItsWay({ hasDefaultRoute }: HostFirewall, usual: HostInside["usual"]): boolean {
  return !hasDefaultRoute && usual?.hasDefaultRoute === true;
}
