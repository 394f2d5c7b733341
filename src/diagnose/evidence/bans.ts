import { BlockList, isIP, SocketAddress } from "node:net";
import type { HostFirewall } from "../../kernel/model/host-answers.ts";

/** Somebody whose addresses are known. */
export interface Sender {
  readonly name: string;
  /** left out: not known */
  readonly addresses?: readonly string[];
}

export interface Ban {
  /** the rule or the list that names them */
  readonly where: string;
  readonly name: string;
  readonly address: string;
}

/** Which of them a machine's rules shut out from one of the ports, by address or with the nearest neighbours. */
export function bansOf(fw: HostFirewall, ports: readonly number[], senders: readonly Sender[]): readonly Ban[] {
  const lists = listsIn(fw, ports);
  return senders.flatMap(({ name, addresses = [] }) =>
    addresses.flatMap((address) => {
      const list = lists.find(({ named }) => named.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"));
      return list === undefined ? [] : [{ where: list.where, name, address }];
    }),
  );
}

interface List {
  readonly where: string;
  readonly named: BlockList;
}

/** What a rule names itself, the lists it names, and fail2ban's chains, of which each rule is a ban. */
function listsIn({ blocks, banned = [] }: HostFirewall, ports: readonly number[]): readonly List[] {
  const known = new Map(banned.map(({ where, addresses }) => [where, addresses]));
  const ofRules = blocks
    .filter((block) => block.sources.length > 0 && !isReversed.test(block.rule) && concerns(block.ports, ports))
    .map(({ where, rule, sources }) => {
      const table = where.split(" ").slice(0, 3).join(" ");
      const addresses = sources.flatMap((one) => (one.startsWith("@") ? (known.get(`${table} ${one}`) ?? []) : [one]));
      return { where: `${where} ${rule}`.slice(0, longestRule), named: listOf(addresses) };
    });
  const ofChains = banned
    .filter(({ where }) => !where.startsWith("nft "))
    .map(({ where, addresses }) => ({ where, named: listOf(addresses) }));
  return [...ofRules, ...ofChains];
}

const longestRule = 80;
/** All but these */
const isReversed = /saddr != |! (?:-s|--source) /;

function concerns(named: readonly string[], ports: readonly number[]): boolean {
  return named.length === 0 || ports.some((port) => named.some((text) => covers(text, port)));
}

/** `443`, `8000-8100`, `8000:8100` */
export function covers(text: string, port: number): boolean {
  const [, from, to] = /^(\d+)(?:[-:](\d+))?$/.exec(text) ?? [];
  return from !== undefined && port >= Number(from) && port <= Number(to ?? from);
}

/** Wider ones are no bans: they keep out what cannot come from there at all. */
const widest = { ipv4: 24, ipv6: 48 } as const;

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    const [from = "", end = ""] = text.split(/[/-]/);
    const family = isIP(from) === 6 ? "ipv6" : "ipv4";
    if (isIP(from) === 0) continue;
    const prefix = Number(end);
    if (isIP(end) === isIP(from)) addRange(list, { from, end, family });
    else if (end === "") list.addAddress(from, family);
    else if (prefix >= widest[family] && prefix <= longest[family]) list.addSubnet(from, prefix, family);
  }
  return list;
}

/** One whose end comes before its start names nobody. */
function addRange(
  list: BlockList,
  { from, end, family }: { readonly from: string; readonly end: string; readonly family: "ipv4" | "ipv6" },
): void {
  const [first, last] = [new SocketAddress({ address: from, family }), new SocketAddress({ address: end, family })];
  const upToLast = new BlockList();
  upToLast.addRange(family === "ipv4" ? "0.0.0.0" : "::", last.address, family);
  if (upToLast.check(first.address, family)) list.addRange(from, end, family);
}

const longest = { ipv4: 32, ipv6: 128 } as const;
