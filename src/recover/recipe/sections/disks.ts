import type { RecipeSection } from "../section.ts";
import { byHand, never } from "./plain.ts";

/**
 * Sizes and mounts, so that a person orders a machine that is large enough; a disk is never written to. `lvs` makes its folder
 * in /etc where there is none, unless it is told to use none.
 */
export const disks: RecipeSection = {
  name: "disks",
  capture: String.raw`if has lsblk; then lsblk -b -n -r -o NAME,SIZE,TYPE,FSTYPE,LABEL,MOUNTPOINT 2>/dev/null | while read -r n rest; do item "disk/$n" "$rest"; done; fi
awk '$1 !~ /^#/ && NF >= 4 {print $2, $1, $3, $4}' /etc/fstab 2>/dev/null | while read -r m rest; do item "fstab/$m" "$rest"; done
if has lvs; then LVM_SYSTEM_DIR= lvs --noheadings -o vg_name,lv_name,lv_size 2>/dev/null | while read -r v l s; do item "lvm/$v/$l" "$s"; done; fi
[ -r /proc/mdstat ] && grep '^md' /proc/mdstat | while read -r n rest; do item "raid/$n" "$rest"; done
`,
  never: never("hardware"),
  ...byHand,
};
