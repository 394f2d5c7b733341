import { tagged, type HostSection } from "../host/frame.ts";
import { entries, type Entries } from "./entries.ts";

type Pairs = readonly (readonly [string, string])[];

/** Chains that programs fill by themselves: bans, containers. */
const selfMade = /\b(?:f2b-|fail2ban|DOCKER|KUBE-|CNI-|cali-|NETAVARK|LIBVIRT_)/;

/** Rules without their counters and order; the value tells how often one stands there. */
export function firewallOf({ lines }: HostSection): Entries {
  return entries([...fromSave(lines, "iptables"), ...fromSave(lines, "ip6tables"), ...fromNft(tagged(lines, "nft"))]);
}

/** `*filter`, `:INPUT DROP`, `-A INPUT -p tcp …`, `COMMIT` */
function fromSave(lines: readonly string[], program: string): Pairs {
  const counted = new Map<string, number>();
  const policies: (readonly [string, string])[] = [];
  let table = "";
  for (const line of tagged(lines, program)) {
    const row = line.replaceAll(/\s+/g, " ").trim();
    if (row.startsWith("*")) table = row.slice(1);
    else if (selfMade.test(row)) continue;
    else if (row.startsWith(":")) {
      const [chain = "", policy = "-"] = row.slice(1).split(" ");
      if (policy !== "-") policies.push([`policy ${program} ${table} ${chain}`, policy]);
    } else if (row.startsWith("-")) count(counted, `${program} ${table} ${row}`);
  }
  return [...policies, ...said(counted)];
}

/** Every statement with the path of blocks it stands in; what sets hold by themselves is left out. */
function fromNft(lines: readonly string[]): Pairs {
  const counted = new Map<string, number>();
  const path: string[] = [];
  let isInElements = false;
  for (const line of lines) {
    const row = line
      .replaceAll(/ packets \d+ bytes \d+/g, "")
      .replace(/#.*$/, "")
      .trim();
    if (isInElements) {
      isInElements = !row.includes("}");
      continue;
    }
    if (row.startsWith("elements = {")) isInElements = !row.includes("}");
    else if (row === "}") path.pop();
    else if (/^(?:table|chain|set|map|flowtable|ct|limit|counter|quota)\b.*\{$/.test(row)) {
      path.push(row.replace(/^(?:table|chain) /, "").replace(/ ?\{$/, ""));
    } else if (row !== "" && !selfMade.test(`${path.join(" ")} ${row}`))
      count(counted, `nft ${path.join(" ")}: ${row}`);
  }
  return said(counted);
}

function count(counted: Map<string, number>, key: string): void {
  counted.set(key, (counted.get(key) ?? 0) + 1);
}

function said(counted: ReadonlyMap<string, number>): Pairs {
  return [...counted].map(([key, times]) => [key, String(times)] as const);
}
