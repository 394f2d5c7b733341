import type { RecipeSection } from "../section.ts";
import { byHand, never } from "./plain.ts";

/** What ran and listened: what the rebuilt machine is accepted by. */
export const state: RecipeSection = {
  name: "state",
  capture: String.raw`awk '$4 == "0A" {print $2}' /proc/net/tcp /proc/net/tcp6 2>/dev/null | cut -d: -f2 | sort -u | while read -r p; do item "listens/tcp/$(printf '%d' "0x$p")" yes; done
awk '$1 ~ /^\/dev\// || $1 ~ /:\// {print $2 "\t" $3}' /proc/self/mounts | sort -u | while IFS="$T" read -r m t; do item "mounted$m" "$t"; done
if has systemctl; then systemctl list-units --type=service --state=running --no-legend --plain 2>/dev/null | awk '{print $1}' | while read -r u; do item "running/$u" yes; done; fi
has mailq && item mail/queue "$(mailq 2>/dev/null | grep -oE 'in [0-9]+ Request|queue is empty' | tail -n 1)"
true
`,
  never: never("by-hand"),
  ...byHand,
};
