import type { RecipeSection } from "../section.ts";

/** What the files say the kernel is to be told; the files themselves are configuration and come back with it. */
export const kernel: RecipeSection = {
  name: "kernel",
  capture: String.raw`cat /etc/sysctl.conf /etc/sysctl.d/*.conf 2>/dev/null | sed 's/[#;].*//' | awk -F= 'NF >= 2 {gsub(/^[ \t-]+|[ \t]+$/, "", $1); v=$2; gsub(/^[ \t]+|[ \t]+$/, "", v); if ($1 != "") print $1 "\t" v}' | sort -u | while IFS="$T" read -r k v; do item "sysctl/$k" "$v"; done
cat /etc/modules /etc/modules-load.d/*.conf 2>/dev/null | sed 's/#.*//' | grep . | sort -u | while read -r m; do item "module/$m" yes; done
has getenforce && item selinux/mode "$(getenforce 2>/dev/null)"
has semanage && semanage boolean -l -C 2>/dev/null | awk 'NR > 2 {print $1, $2 $3 $4}' | while read -r b v; do item "selinux/boolean/$b" "$v"; done
true
`,
  never: ({ key }) => (key.startsWith("selinux/") ? "by-hand" : null),
  tellsExtra: false,
  async act(todo, bound) {
    if (bound.root !== "/") return new Map();
    await bound.sh("sysctl --system >/dev/null");
    return new Map(todo.flatMap(() => []));
  },
};
