import type { RecipeSection } from "../section.ts";
import { byHand, never } from "./plain.ts";

/** What the machine's domain answers: the zone where the server hands it out, else the usual names one by one, said to be incomplete. */
export const dns: RecipeSection = {
  name: "dns",
  capture: String.raw`d=$(hostname -d 2>/dev/null)
if [ -n "$d" ] && has dig; then
  z=$(dig +noall +answer +time=2 +tries=1 axfr "$d" @127.0.0.1 2>/dev/null | grep -v '^;')
  if [ -n "$z" ]; then item dns/zone "$d complete"; else item dns/zone "$d incomplete"
    z=$(for n in "$d" "www.$d" "mail.$d"; do for t in SOA NS A AAAA MX TXT CNAME; do dig +noall +answer +time=2 +tries=1 "$n" $t 2>/dev/null; done; done | grep -v '^;'); fi
  printf '%s\n' "$z" | awk 'NF >= 5 {k=$1 "/" $4; $1=$2=$3=$4=""; sub(/^ +/, ""); print k "\t" $0}' | sort -u | awk -F'\t' '{v[$1] = v[$1] (v[$1] == "" ? "" : " | ") $2} END {for (k in v) print "dns/" k "\t" v[k] "\t"}'
fi
true
`,
  never: never("by-hand"),
  ...byHand,
};
