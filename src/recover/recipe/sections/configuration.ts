import { writeFiles } from "../files.ts";
import { pathOf, type Reason, type RecipeItem, type RecipeSection } from "../section.ts";

/**
 * Only what differs from the packages: configuration files with another sum than their package has, and files below
 * /etc that no package owns. What other sections hold, what is made from other files, and what belongs to one machine
 * is left out.
 */
export const configuration: RecipeSection = {
  name: "configuration",
  capture: String.raw`skip='^/etc/(passwd|group|shadow|gshadow|subuid|subgid|mtab|machine-id|hostname|resolv\.conf|adjtime|ld\.so\.cache|\.pwd\.lock|os-release|localtime|timezone|motd|environment|fstab)-?$|^/etc/(alternatives|rc[0-9S]\.d|ssh/ssh_host_|letsencrypt|ssl/(private|certs)|pki/tls/private|pki/ca-trust/extracted|apt/|yum\.repos\.d|sudoers|cron|crontab|anacrontab|security/opasswd|udev/hwdb\.bin|blkid\.tab|koboshi-(drill|production)|ca-certificates\.conf|default/locale|python3?[.0-9]*/debian_config|\.java)|^/etc/systemd/system/([^/]*\.(wants|requires)/|[^/]*$)|\.(dpkg-[a-z]+|ucf-[a-z]+|rpmnew|rpmsave|koboshi-part\.[0-9]+)$|/__pycache__/'
T1=$(mktemp -d) || exit 1; trap 'rm -rf "$T1"' EXIT
if has dpkg-query; then
  dpkg-query -W -f='${"${Conffiles}"}\n' | awk '$1 ~ /^\/etc\// && $2 ~ /^[0-9a-f]+$/ {print $2 "  " $1}' | sort -u > "$T1/sums"
  md5sum -c "$T1/sums" 2>/dev/null | sed -n 's/^\(.*\): FAILED$/\1/p' > "$T1/changed"
  cat /var/lib/dpkg/info/*.list 2>/dev/null | grep '^/etc/' | sort -u > "$T1/owned"
  find /etc -xdev \( -type f -o -type l \) 2>/dev/null | sort -u > "$T1/all"
  comm -13 "$T1/owned" "$T1/all" > "$T1/unowned"
elif has rpm; then
  rpm -Va --nomtime 2>/dev/null | awk '$2 == "c" && $1 != "missing" {print $3}' > "$T1/changed"
  find /etc -xdev -type f 2>/dev/null | xargs -r rpm -qf 2>/dev/null | sed -n 's/^file \(.*\) is not owned by any package$/\1/p' > "$T1/unowned"
fi
SECRECY=
cat "$T1/changed" "$T1/unowned" 2>/dev/null | sort -u | grep -vE "$skip" | while IFS= read -r f; do file_item "$f"; done
for f in /etc/systemd/system/*; do
  [ -f "$f" ] && [ ! -L "$f" ] || continue
  if has dpkg && dpkg -S "$f" >/dev/null 2>&1; then continue; fi
  file_item "$f"
done
`,
  never: unwritable,
  tellsExtra: false,
  act: (todo, bound) => writeFiles(todo, bound),
};

/** Addresses lie in these: proposed to a person, never written. */
const addressFiles =
  /^\/etc\/(?:network\/interfaces|netplan\/|NetworkManager\/system-connections\/|systemd\/network\/|hosts$|dhcp\/)/;

function unwritable(item: RecipeItem): Reason | null {
  if (addressFiles.test(pathOf(item))) return "address";
  return item.without ?? null;
}
