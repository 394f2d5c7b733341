/**
 * Lays what was restored over the machine's own system, so that it lies where it belongs and its programs find it; all
 * that is written from then on stays in the scratch folder. Run with full rights in the room's namespaces. $1: the scratch
 * folder. File systems that are mounted beside the root are laid under it each for itself; those that cannot be are only
 * read. The masks of the room hold here, too, whatever the restored system brings.
 */
export const furnishScript = String.raw`set -e
S=$1
Y=$S/system
PATH=$PATH:/usr/sbin:/sbin; export PATH
mkdir -p "$Y" "$S/work/root"
mount -t overlay -o "lowerdir=/,upperdir=$S/root,workdir=$S/work/root" koboshi-drill "$Y"
n=0
awk '$3 ~ /^(ext[234]|xfs|btrfs|f2fs|zfs|jfs|overlay|nfs4?)$/ && $2 != "/" {print $2}' /proc/self/mounts | sort -u |
while read -r m; do
  case "$m" in "$S"|"$S"/*|/run/*|/tmp|/tmp/*|/var/tmp|/var/tmp/*|/dev/*|/proc/*|/sys/*|*\\*) continue;; esac
  [ -d "$m" ] && [ -d "$Y$m" ] || continue
  n=$((n+1))
  mkdir -p "$S/work/$n" "$S/root$m"
  mount -t overlay -o "lowerdir=$m,upperdir=$S/root$m,workdir=$S/work/$n" koboshi-drill "$Y$m" 2>/dev/null ||
    mount --bind "$m" "$Y$m"
done
for d in dev proc sys run tmp var/tmp; do mkdir -p "$Y/$d"; mount --rbind "/$d" "$Y/$d"; done
case "$S" in /tmp/*|/var/tmp/*) ;; *) mkdir -p "$Y$S"; mount --bind "$S" "$Y$S";; esac
rm -f "$Y/etc/hosts" "$Y/etc/resolv.conf"; : > "$Y/etc/hosts"; : > "$Y/etc/resolv.conf"
mount --bind "$S/hosts" "$Y/etc/hosts"
for p in /usr/sbin/cron /usr/sbin/crond /usr/sbin/anacron /usr/sbin/atd; do
  [ -e "$Y$p" ] && mount --bind "$S/refuse" "$Y$p"
done
for p in /usr/sbin/sendmail /usr/lib/sendmail; do
  [ -e "$Y$p" ] && mount --bind "$S/sendmail" "$Y$(chroot "$Y" readlink -f "$p")"
done
echo furnished
`;
