# koboshi: what a machine is like, for telling later whether it is as before. Functions beside those of the look, whose frame,
# time limits and rights they share; each part is asked for by its own name, `snapident` and so on. It reads and never writes;
# arguments and environments of processes, password hashes, private keys and mail are not touched.

# Programs that are started cost more than what they read: one does the work of several where that loses nothing.

# files with their rights, and the text of those that may be read: g MODE USER MTIME PATH of each, then f PATH and its lines
texts() {
  stat -L -c 'g %a %U %Y %n' "$@" 2>/dev/null
  for l do shift; [ -f "$l" ] || continue
    if [ ! -r "$l" ]; then echo "f $l"; echo unread; elif [ -s "$l" ]; then set -- "$@" "$l"; else echo "f $l"; fi; done
  [ $# != 0 ] || return 0
  if [ $# -gt 1 ] && has awk; then awk 'FNR == 1 { print "f " FILENAME } FNR <= 3000 { print "|" $0 }' "$@"
  else for l do echo "f $l"; sed -e 's/^/|/' -e 3000q "$l"; echo; done; fi; }
# lines below `== WORD` begin with that word
under() { sed -n -e '/^== /{s///;h;d;}' -e 'G;s/\(.*\)\n\(.*\)/\2 \1/p'; }
# n PID PARENT EFFECTIVE-USER NAME of what runs, zombies left out; what ends meanwhile is not in it
live() {
  set +f; grep -a -h -s -E '^(Name|State|Pid|PPid|Uid):' /proc/[0-9]*/status | sed -n -e '/^Name:/!d' -e 'N;N;N;N' \
    -e 's/^Name:[[:space:]]*\(.*\)\nState:[[:space:]]*[^ZX[:space:]].*\nPid:[[:space:]]*\([0-9]*\)\nPPid:[[:space:]]*\([0-9]*\)\nUid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/n \2 \3 \4 \1/p'; set -f; }
LIVE=
NL='
'

s_snapident() {
  s_ident; one /var/lib/dbus/machine-id dbus-id; one /sys/class/dmi/id/product_name dmi-name; one /sys/class/dmi/id/sys_vendor dmi-vendor
  has systemd-detect-virt && echo "virt $(systemd-detect-virt)"; [ -e /.dockerenv ] && echo virt docker; [ -e /run/.containerenv ] && echo virt podman
  set +f; for i in /sys/class/net/*; do l=; { read -r l < "$i/address"; } && echo "nic ${i##*/} $l"; done
  for k in /etc/ssh/ssh_host_*_key.pub; do l=; [ -r "$k" ] && { read -r l x _ < "$k" || :; echo "hostkey $l $x"; }; done; set -f; }
s_snapos() {
  has uname && { echo "kernel $(uname -r)"; echo "build $(uname -v)"; echo "machine $(uname -m)"; }
  sed -n 's/^PRETTY_NAME=/os /p' /etc/os-release; one /etc/redhat-release release; one /etc/debian_version release
  one /proc/cmdline cmdline; sed -n 's/^1 (\(.*\)) .*/init \1/p' /proc/1/stat; [ -d /run/systemd/system ] && echo systemd-booted yes
  ls -1 /lib/modules | sed 's/^/kernel-installed /'; has getenforce && echo "selinux $(t 2 getenforce)"
  if [ -e /var/run/reboot-required ]; then echo reboot-required yes
  elif has needs-restarting; then t 10 needs-restarting -r >/dev/null; case $? in 0) echo reboot-required no;; 1) echo reboot-required yes;; esac
  else echo reboot-required no; fi; }
s_snapclock() {
  date '+offset %z'; s_clock; [ -e /sys/class/rtc/rtc0 ] && echo rtc yes; sed -n '3s/^/adjtime /p' /etc/adjtime
  for d in chronyd ntpd systemd-timesyn systemd-timesync openntpd ntpsec; do case $LIVE$NL in *[0-9]" $d$NL"*) echo "daemon $d";; esac; done
  texts /etc/chrony.conf /etc/chrony/chrony.conf /etc/ntp.conf /etc/ntpsec/ntp.conf /etc/openntpd/ntpd.conf /etc/systemd/timesyncd.conf; }
s_snapunits() {
  s_units
  if [ -d /run/systemd/system ] && has systemctl; then echo "default-target $(t 3 systemctl get-default)"
  else printf '%s\n' "$LIVE" | sed 's/^n [0-9]* [0-9]* [0-9]* /name /' | sort -u; has runlevel && echo "runlevel $(runlevel)"; sed -n 's/^id:\([0-9S]\):initdefault:.*/default-target runlevel\1/p' /etc/inittab; fi; }
# w UID NAME of each user; what runs, of what init started, and all of it where something else starts services
s_snapprocs() {
  sed -n 's/^\([^:]*\):[^:]*:\([0-9]*\):.*/w \2 \1/p' /etc/passwd
  case $LIVE in *supervis*|*' runsv'*|*s6-*|*' monit'*) printf '%s\n' "$LIVE";; *) printf '%s\n' "$LIVE" | grep -E '^n [0-9]+ [01] ';; esac; }
s_snapports() { s_ports; }
s_snapmounts() {
  grep -a -s . /proc/self/mounts /etc/fstab /proc/swaps /proc/mdstat /dev/null | sed -e 's,^/proc/self/mounts:,m ,' -e 's,^/etc/fstab:[[:space:]]*,fstab ,' \
    -e '/^fstab #/d' -e 's,^/proc/swaps:,swap ,' -e '/^swap Filename/d' -e 's,^/proc/mdstat:,md ,'
  has df && { echo '== k'; t 6 df -P -k -l || t 6 df -P -k; echo '== i'; t 6 df -P -i -l || t 6 df -P -i; } | under; :; }
s_snapnet() {
  { if has ip; then t 6 sh -c "echo '== l'; ip -o link; echo '== a'; ip -o addr; echo '== r4'; ip -4 route show table all; echo '== r6'; ip -6 route show table all; echo '== rule'; ip rule"
    else has ifconfig && { echo '== ifc'; t 3 ifconfig -a; }; echo '== pr'; sed 1d /proc/net/route; fi
    echo '== sysctl'; cd /proc/sys && grep -s . net/ipv4/ip_forward net/ipv6/conf/all/disable_ipv6 net/core/somaxconn vm/swappiness fs/file-max; } | under
  texts /etc/resolv.conf /etc/hosts; }
s_snapfw() {
  n=; w=; for c in iptables-save ip6tables-save; do has "$c" || continue; w=1
    if o=$(r 5 "$c"); then printf '%s\n' "$o" | sed -e '/^#/d' -e 's/\[[0-9]*:[0-9]*\]//g' -e "s/^/${c%-save} /"; else n=1; fi; done
  if has nft; then w=1; if o=$(r 5 nft list ruleset); then printf '%s\n' "$o" | sed 's/^/nft /'; else n=1; fi; fi
  if [ -z "$w" ]; then echo '! not-installed'; elif [ -n "$n" ]; then [ "$U" = 0 ] && echo '! failed' || echo '! needs-root'; fi; }
s_snappkgs() {
  if [ -r /var/lib/dpkg/status ] && has awk; then
    # p NAME ARCH VERSION WANTED
    t 10 awk '/^Package: / { p = $2; next } /^Status: / { s = $4; h = $2; next } /^Architecture: / { a = $2; next } /^Version: / { v = $2; next } /^$/ { if (s != "" && s != "not-installed" && s != "config-files") print "p", p, a, v, h, s; s = "" } END { if (s == "installed") print "p", p, a, v, h, s }' /var/lib/dpkg/status || echo '! timeout'
    for l in /var/log/dpkg.log.1 /var/log/dpkg.log; do [ -r "$l" ] && grep -E '^[^ ]+ [^ ]+ (install|upgrade|remove|purge) ' "$l" | tail -n 150 | sed -e 's/^[^ ]* [^ ]* [a-z]* \([^ ]*\) .* \([^ ]*\)$/log \1 \2/'; done
  elif has rpm; then o=$(t 30 rpm -qa --qf 'r %{NAME} %{ARCH} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\n'); [ -n "$o" ] && printf '%s\n' "$o" || echo '! failed'
    for l in /var/log/yum.log /var/log/dnf.rpm.log; do [ -r "$l" ] && tail -c 60000 "$l" | sed -n -e 's/.*[ :]\(Installed\|Updated\|Upgraded\|Upgrade\|Erased\|Erase\): *\([^ ]*\).*/yum \2/p'; done
  else echo '! not-installed'; fi; }
s_snapcron() {
  IFS=$NL; for l in $LIVE; do case $l in *' cron'|*' crond'|*' anacron'|*' atd') ;; *) continue;; esac
    IFS=' '; set -- $l; [ $# = 5 ] && x= && read -r x < "/proc/$2/stat" && { d=$5; set -- ${x##*) }; echo "daemon $d ${20}"; }; IFS=$NL; done
  unset IFS; echo "hz $(getconf CLK_TCK || echo 100)"
  n=; set +f; set --
  for l in /etc/crontab /etc/cron.d/* /var/spool/cron/crontabs/* /var/spool/cron/tabs/* /var/spool/cron/* /etc/anacrontab /etc/cron.allow /etc/cron.deny /etc/default/cron /etc/sysconfig/crond; do
    [ -f "$l" ] && { set -- "$@" "$l"; [ -r "$l" ] || echo '! needs-root'; }; done
  [ $# = 0 ] || texts "$@"; set -- /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/*; stat -L -c 'part %a %n' "$@" 2>/dev/null; set --
  for l in /var/spool/anacron/* /var/spool/cron/lastrun/* /var/lib/systemd/timers/stamp-*; do [ -f "$l" ] && set -- "$@" "$l"; done; set -f
  [ $# = 0 ] || if has stat; then stat -L -c '%Y %n' "$@"; else printf -- '- %s\n' "$@"; fi | while read -r m l; do
    x=; [ -s "$l" ] && [ -r "$l" ] && { read -r x < "$l" || :; }; echo "stamp $m $l $x"; done; set --
  if [ "$U" != 0 ]; then o=$(t 2 crontab -l) && { echo "f /var/spool/cron/$(id -un)"; printf '%s\n' "$o" | sed 's/^/|/'; }
    # path:number:line, without the empty ones
    if [ -n "$SUDO" ] && has awk && may grep -rn . /var/spool/cron; then o=$(r 3 grep -rn . /var/spool/cron); case $? in 0|1) n=1;; esac; [ -n "$o" ] && printf '%s\n' "$o" | awk '{
      i = index($0, ":"); p = substr($0, 1, i - 1); s = substr($0, i + 1); j = index(s, ":")
      if (p != q) { q = p; print "f " p }
      print "|" substr(s, j + 1) }'; fi
    [ -n "$n" ] || echo '! needs-root'; fi
  has atq && t 3 atq | sed 's/^/at /'
  if [ -d /run/systemd/system ] && has systemctl; then
    t 6 systemctl show --all --no-pager '*.timer' -p Id -p Unit -p TimersCalendar -p TimersMonotonic -p Persistent -p RandomizedDelayUSec -p AccuracyUSec -p LastTriggerUSec -p NextElapseUSecRealtime -p ActiveState | sed 's/^/timer /'; fi; }
s_snapcerts() { s_certs; }
s_snapusers() {
  cut -d: -f1,3,4,6,7 /etc/passwd | sed 's/^/pw /'; cut -d: -f1,3,4 /etc/group | sed 's/^/gr /'
  h=; has sha256sum && h=1; while IFS=: read -r u _ _ _ _ d _; do k=$d/.ssh/authorized_keys; [ -n "$h" ] && [ -f "$k" ] && [ -r "$k" ] && { x=$(t 1 sha256sum "$k"); echo "keys $u ${x%% *}"; }; done < /etc/passwd
  if has last; then { t 3 last -n 30 -F || t 3 last -n 30; } | sed 's/^/last /'; fi; }
s_snapsvc() {
  has postqueue && echo "mailq $(t 5 postqueue -p | tail -n 1)"
  for c in docker podman; do has $c && t 5 $c ps --no-trunc --format '{{.Names}} {{.Image}}' | sed 's/^/container /'; done
  sed -n 's/^\([a-zA-Z0-9_]*\) .*/mod \1/p' /proc/modules; }

look_snapshot() {
  case ",$W," in *,snapclock,*|*,snapunits,*|*,snapprocs,*|*,snapcron,*) LIVE=$(live);; esac
  for S in ident os clock units procs ports mounts net fw pkgs cron certs users svc; do sec "snap$S"; done; }
