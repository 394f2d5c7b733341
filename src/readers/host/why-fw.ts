import type { HostFirewall } from "../../kernel/model/host-answers.ts";
import { tagged } from "./frame.ts";
import { figure } from "./why-samples.ts";

type Block = HostFirewall["blocks"][number];

/** The section `fw`: what throws packets away, and where they are sent. */
export function firewallOf(lines: readonly string[]): HostFirewall {
  const routes = [...tagged(lines, "w"), ...tagged(lines, "w6")].map((row) => row.trim());
  const jails = tagged(lines, "jail").map((row) => {
    const [name = "", banned] = row.trim().split(/\s+/);
    return { name, banned: figure(banned) };
  });
  return {
    hashes: Object.fromEntries(
      tagged(lines, "hash").flatMap((row) => {
        const [source = "", hash = ""] = row.split(" ");
        return /^[0-9a-f]{4,64}$/.test(hash) ? [[source, hash]] : [];
      }),
    ),
    blocks: [
      ...tagged(lines, "nft").map(nftBlock),
      ...["iptables-save", "ip6tables-save"].flatMap((tool) => tagged(lines, tool).map((row) => tableBlock(tool, row))),
    ],
    passes: tagged(lines, "pass").map((row) => {
      const [tool = "", ...rest] = row.split(" ");
      return tool === "nft" ? nftBlock(rest.join(" ")) : tableBlock(tool, rest.join(" "));
    }),
    banned: tagged(lines, "banned").flatMap(banIn),
    routes,
    hasDefaultRoute: routes.some((route) => route.startsWith("default ")),
    jails: jails.length === 0 ? null : jails,
  };
}

/** `nft inet f2b @banned 192.0.2.1 192.0.2.2`, `iptables-save f2b-sshd 192.0.2.1/32` */
function banIn(row: string): NonNullable<HostFirewall["banned"]> {
  const words = row.trim().split(/\s+/);
  const named = words[0] === "nft" ? 4 : 2;
  const addresses = words.slice(named);
  return addresses.length === 0 ? [] : [{ where: words.slice(0, named).join(" ").replace("-save", ""), addresses }];
}

/** `ip filter INPUT tcp dport { 80, 443 } ip saddr 203.0.113.0/24 drop` */
function nftBlock(row: string): Block {
  const [family = "", table = "", chain = "", ...rule] = row.split(" ");
  const text = rule.join(" ");
  return {
    where: `nft ${family} ${table} ${chain}`,
    rule: text,
    ports: listed(text, /\b[sd]port (?:!= )?(\{[^}]*\}|\S+)/g),
    sources: listed(text, /\bsaddr (?:!= )?(\{[^}]*\}|\S+)/g),
  };
}

/** `-A INPUT -s 203.0.113.0/24 -p tcp -m multiport --dports 80,443 -j DROP`, `:INPUT DROP [0:0]` */
function tableBlock(tool: string, row: string): Block {
  const chain = /^(?:-A |:)(\S+)/.exec(row)?.[1] ?? "";
  return {
    where: `${tool.replace("-save", "")} ${chain}`,
    rule: row,
    ports: listed(row, /--[sd]ports? (\S+)/g),
    sources: listed(row, /(?:^| )(?:-s|--source) (\S+)/g),
  };
}

function listed(text: string, form: RegExp): readonly string[] {
  return [...text.matchAll(form)].flatMap(([, list = ""]) =>
    list
      .replaceAll(/[{}]/g, " ")
      .split(/[\s,]+/)
      .filter((one) => one !== ""),
  );
}
