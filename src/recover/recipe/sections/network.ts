import type { RecipeSection } from "../section.ts";

/** Addresses and routes are proposed only; packet filter rules are loaded where the replay runs on the machine itself. */
export const network: RecipeSection = {
  name: "network",
  capture: String.raw`if has ip; then
  ip -o addr show scope global 2>/dev/null | awk '{print $2 "/" $3 "/" $4}' | sort -u | while read -r a; do item "address/$a" yes; done
  ip route show 2>/dev/null | sort -u | while read -r r; do item "route/$r" yes; done
fi
if has nft; then r=$(nft -s list ruleset 2>/dev/null | base64 -w0); [ -n "$r" ] && item firewall/nft "$r" base64
elif has iptables-save; then r=$(iptables-save 2>/dev/null | grep -v '^#' | sed 's/\[[0-9:]*\]/[0:0]/' | base64 -w0); [ -n "$r" ] && item firewall/iptables "$r" base64; fi
has ufw && item firewall/ufw "$(ufw status 2>/dev/null | tr '\n' ';')"
has firewall-cmd && item firewall/firewalld "$(firewall-cmd --list-all-zones 2>/dev/null | base64 -w0)" base64
true
`,
  never: ({ key }) =>
    /^(?:address|route)\//.test(key)
      ? "address"
      : key === "firewall/ufw" || key === "firewall/firewalld"
        ? "by-hand"
        : null,
  tellsExtra: false,
  async act(todo, bound) {
    if (bound.root !== "/") return new Map(todo.map(({ key }) => [key, "by-hand"] as const));
    const commands: Readonly<Record<string, string>> = {
      "firewall/nft": "{ echo 'flush ruleset'; cat; } | nft -f -",
      "firewall/iptables": "iptables-restore",
    };
    const failed = new Map<string, "failed">();
    for (const { key, value } of todo) {
      const command = commands[key];
      if (command === undefined) continue;
      const { code } = await bound.sh(command, { input: value });
      if (code !== 0) failed.set(key, "failed");
    }
    return failed;
  },
};
