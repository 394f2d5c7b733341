import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFirewall } from "../../kernel/model/host-answers.ts";
import { bansOf } from "./bans.ts";

const office = { name: "office", addresses: ["192.0.2.7", "2001:db8::7"] };

function firewall(change: Partial<HostFirewall>): HostFirewall {
  return { hashes: {}, blocks: [], routes: [], hasDefaultRoute: true, jails: null, ...change };
}

function block(
  rule: string,
  sources: readonly string[],
  ports: readonly string[] = [],
): HostFirewall["blocks"][number] {
  return { where: "nft inet f2b input", rule, sources, ports };
}

function bannedBy(change: Partial<HostFirewall>, ports: readonly number[] = [443]): readonly string[] {
  return bansOf(firewall(change), ports, [office, { name: "va" }]).map(({ name, address }) => `${name} ${address}`);
}

test("a list that a rule names shuts out whom it holds, from the rule's ports", () => {
  const blocks = [block("ip saddr @banned tcp dport { 80, 443 } drop", ["@banned"], ["80", "443"])];
  const banned = [{ where: "nft inet f2b @banned", addresses: ["198.51.100.1", "192.0.2.7"] }];
  assert.deepEqual(bannedBy({ blocks, banned }), ["office 192.0.2.7"]);
  assert.deepEqual(bannedBy({ blocks, banned }, [25]), []);
  assert.deepEqual(bannedBy({ blocks }), [], "a list that was not read holds nobody");
  assert.deepEqual(bannedBy({ banned }), [], "a list that no rule names is no ban");
  const other = [{ where: "nft ip f2b @banned", addresses: ["192.0.2.7"] }];
  assert.deepEqual(bannedBy({ blocks, banned: other }), [], "another table's");
});

test("a rule's own addresses, neighbourhoods and ranges count; what keeps out half the world is no ban", () => {
  const by = (...sources: readonly string[]): number => bannedBy({ blocks: [block("drop", sources)] }).length;
  assert.deepEqual([by("192.0.2.7"), by("192.0.2.0/24"), by("2001:db8::/64"), by("192.0.2.1-192.0.2.9")], [1, 1, 1, 1]);
  assert.deepEqual([by("192.0.0.0/8"), by("192.0.2.8"), by("192.0.2.8-192.0.2.9"), by("eth0")], [0, 0, 0, 0]);
  assert.deepEqual([by("192.0.2.9-192.0.2.1"), by("192.0.2.0/99"), by("192.0.2.7/x")], [0, 0, 0], "garbage");
  assert.deepEqual(bannedBy({ blocks: [block("ip saddr != 192.0.2.7 drop", ["192.0.2.7"])] }), [], "all but these");
});

test("each rule of fail2ban's own chains is a ban", () => {
  const banned = [{ where: "iptables f2b-apache", addresses: ["192.0.2.7/32"] }];
  assert.deepEqual(bansOf(firewall({ banned }), [443], [office]), [
    { where: "iptables f2b-apache", name: "office", address: "192.0.2.7" },
  ]);
});
