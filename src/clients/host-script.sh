# koboshi: one look into this machine. It reads and never writes, runs in any POSIX sh and needs no tool beyond cat, sed,
# grep, head and date; each further one it finds tells more. Usage: sh -s -- WORDS < this file. WORDS, joined by commas:
# quick | full | names of sections, and `twice` (rates of a single look), `brief` (what takes long may be left out),
# `sudo` (the listed commands may be tried as root).
LC_ALL=C; LANG=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; export LC_ALL LANG PATH
printf '@@koboshi-host 1 %s\n' "$(date '+%s.%N %z %Z')"
unset CDPATH ENV; umask 077; set -f
# installed as the forced command of a key, it takes the last word of what was asked for, and nothing else of it
W=${1:-}; [ -n "$W" ] || W=${SSH_ORIGINAL_COMMAND:-quick}; W=${W##* }
case $W in *[!a-z,]*|'') W=quick;; esac
Q=counters,ident,system,memory,disks,units,procs,ports,clock,oom
case ",$W," in *,full,*) W=$W,$Q,netdisks,cron,updates,certs;; *,quick,*) W=$W,$Q,netdisks;; esac
has() { command -v "$1" >/dev/null 2>&1; }
has renice && renice 10 $$ </dev/null >/dev/null 2>&1
# SIGKILL, for what waits for a dead file server takes no other
if has timeout && timeout -s KILL 1 true </dev/null 2>/dev/null; then t() { s=$1; shift; timeout -s KILL "$s" "$@" 2>/dev/null; }
else t() { shift; "$@" 2>/dev/null; }; fi
U=$(id -u 2>/dev/null) || U=-
case ",$W," in *,sudo,*) [ "$U" != 0 ] && has sudo && SUDO='sudo -n';; esac
# what needs root: as it is for root, else by the permitted sudo, else not
r() { if [ "$U" = 0 ]; then t "$@"; elif [ -n "${SUDO:-}" ]; then s=$1; shift; t "$s" $SUDO "$@"; else return 1; fi; }
one() { [ -r "$1" ] && { l=; read -r l < "$1" || :; [ -n "$l" ] && printf '%s %s\n' "$2" "$l"; }; }
# f MODE USER MTIME PATH, then the text, each line behind |
file() {
  m=$(stat -L -c '%a %U %Y' "$1" 2>/dev/null) || m='- - -'
  printf 'f %s %s\n' "$m" "$1"
  if [ ! -r "$1" ]; then echo '! needs-root'; return; fi
  head -c 65536 "$1" | sed 's/^/|/'; [ -z "$(tail -c 1 "$1")" ] || printf '\nno-line-end\n'; }
sec() {
  case ",$W," in *",$1,"*) ;; *) return 0;; esac
  a=0; b=0; { read -r a _ < /proc/uptime; } 2>/dev/null; printf '@@%s\n' "$1"
  "s_$1" 2>/dev/null | head -c 400000
  { read -r b _ < /proc/uptime; } 2>/dev/null; printf '\n@@/%s %s %s\n' "$1" "$a" "$b"; }

s_counters() {
  sed 's/^/u /' /proc/uptime; sed 's/^/l /' /proc/loadavg; sed -n -e 's/^cpu/c cpu/p' -e 's/^btime/c btime/p' /proc/stat
  sed -e '/ loop[0-9]/d' -e '/ ram[0-9]/d' -e 's/^ */d /' /proc/diskstats; sed -n '/:/s/^ */n /p' /proc/net/dev
  # p PID STATE USER-TICKS SYSTEM-TICKS START PAGES NAME
  set +f; cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (\(.*\)) \(.\) \([-0-9]* \)\{10\}\([0-9]*\) \([0-9]*\) \([-0-9]* \)\{6\}\([0-9]*\) [0-9]* \([-0-9]*\) .*/p \1 \3 \5 \6 \8 \9 \2/p'; set -f; }
s_again() { sleep 0.4 2>/dev/null || sleep 1; s_counters; }
s_ident() {
  one /proc/sys/kernel/hostname hostname; one /etc/machine-id machine-id; one /proc/sys/kernel/random/boot_id boot-id
  one /sys/class/dmi/id/product_uuid dmi-uuid; set +f
  for i in /sys/class/net/*/address; do one "$i" mac; done; set -f; }
s_system() {
  echo "uid $U"; has uname && echo "kernel $(uname -r)"; sed -n 's/^PRETTY_NAME=/os /p' /etc/os-release
  one /etc/redhat-release release; one /etc/system-release release; one /etc/debian_version debian; one /proc/uptime uptime
  if [ -d /run/systemd/system ]; then echo init systemd; elif has initctl && t 2 initctl version | grep -q upstart; then echo init upstart
  elif [ -d /etc/init.d ]; then echo init sysv; else echo init other; fi
  one /sys/class/dmi/id/sys_vendor vendor; one /sys/class/dmi/id/product_name product
  has systemd-detect-virt && echo "virt $(t 2 systemd-detect-virt)"
  [ -e /.dockerenv ] && echo virt docker; [ -e /run/.containerenv ] && echo virt podman; :; }
s_memory() { grep -E '^(MemTotal|MemFree|MemAvailable|Buffers|Cached|SwapTotal|SwapFree|Shmem|SReclaimable):' /proc/meminfo; }
s_disks() {
  sed 's/^/m /' /proc/self/mounts; sed -n 's/^[[:space:]]*\([^#[:space:]]\)/fstab \1/p' /etc/fstab
  has df || { echo '! not-installed'; return; }
  { t 6 df -P -k -l || t 6 df -P -k; } | sed 's/^/k /'; { t 6 df -P -i -l || t 6 df -P -i; } | sed 's/^/i /'; }
# apart, because a dead file server keeps df waiting
s_netdisks() {
  n=$(sed -n 's/^[^ ]* \([^ ]*\) \(nfs4*\|cifs\|smb3\|ceph\|glusterfs\|fuse\.[a-z]*\) .*/\1/p' /proc/self/mounts | head -n 20)
  for m in $n; do m=$(printf '%b' "$(printf '%s' "$m" | sed 's/\\/\\0/g')"); t 2 df -P -k "$m" | sed 's/^/k /'; t 2 df -P -i "$m" | sed 's/^/i /'; done; }
s_units() {
  if [ -d /run/systemd/system ] && has systemctl; then
    t 6 systemctl list-units --all --full --no-legend --no-pager --type=service,socket,timer,mount,swap,automount,path,target | sed 's/^[^[:alnum:]_@-]*/u /'
    t 6 systemctl list-unit-files --full --no-legend --no-pager --type=service,socket,timer | sed 's/^/f /'
  else
    has initctl && t 3 initctl list | sed 's/^/upstart /'
    has chkconfig && t 5 chkconfig --list | sed 's/^/chk /'; set +f
    for l in /etc/rc[235].d/S*; do [ -e "$l" ] && echo "rc $l"; done
    for l in /etc/init.d/*; do [ -x "$l" ] && echo "init ${l##*/}"; done
    grep -l -i -e pidfile -e 'DAEMON=' -e 'daemon ' /etc/init.d/* | sed 's,^.*/,daemon ,'
    [ -d /var/lock/subsys ] && { echo locks; for l in /var/lock/subsys/*; do [ -e "$l" ] && echo "lock ${l##*/}"; done; }
    d=/var/run; [ -d /run ] && d=/run
    for l in $d/*.pid $d/*/*.pid; do [ -r "$l" ] || continue; p=; read -r p _ < "$l" || :
      case $p in ''|*[!0-9]*) ;; *) if [ -d "/proc/$p" ]; then echo "pid $l $p +"; else echo "pid $l $p -"; fi;; esac; done; set -f
  fi; }
s_procs() {
  echo "page $(t 2 getconf PAGESIZE || echo 4096)"; set +f
  ls -ld /proc/[0-9]* 2>/dev/null | sed -n 's,^[^ ]* *[0-9]* *\([^ ]*\) .*/proc/\([0-9]*\)$,o \2 \1,p'; set -f
  sed -n 's/^\(.*hidepid=[^0o].*\)$/m \1/p' /proc/self/mounts; }
s_ports() {
  if has ss; then { r 4 ss -lntup || t 4 ss -lntup; } | sed 's/^/ss /'
  elif has netstat; then { r 4 netstat -lntup || t 4 netstat -lntup; } | sed 's/^/ns /'
  else for p in tcp tcp6 udp udp6; do sed "s/^/$p /" "/proc/net/$p" 2>/dev/null; done; fi; }
s_clock() {
  one /etc/timezone timezone; echo "localtime $(readlink /etc/localtime)"
  one /sys/devices/system/clocksource/clocksource0/current_clocksource clocksource
  for p in chronyd ntpd systemd-timesyncd openntpd; do
    if has "$p" || [ -x "/lib/systemd/$p" ] || [ -x "/usr/lib/systemd/$p" ]; then echo "bin $p"; fi; done
  n=; has chronyc && { n=$(t 3 chronyc -n -c tracking) || n=$(r 3 chronyc -n -c tracking) || n=
    [ -n "$n" ] && { echo "chrony $n"; { t 3 chronyc -n -c sources || r 3 chronyc -n -c sources; } | sed 's/^/source /'; }; }
  [ -z "$n" ] && has ntpq && { n=$(t 3 ntpq -pn) && printf '%s\n' "$n" | sed 's/^/ntpq /'; }
  [ -z "$n" ] && [ -d /run/systemd/system ] && has timedatectl && {
    t 3 timedatectl | sed 's/^ */timedatectl /'; t 3 timedatectl timesync-status | sed 's/^ */timesync /'; }
  date '+again %s.%N'; }
s_oom() {
  if m=$(t 3 dmesg) && [ -n "$m" ]; then echo 'from dmesg'; printf '%s\n' "$m" | grep -i -E 'killed? process [0-9]' | tail -n 60 | sed 's/^/k /'
  elif journal && has journalctl; then echo 'from journal'; t 4 journalctl -k -q --no-pager -o short-iso --since=-2days | grep -i -E 'killed? process [0-9]' | tail -n 60 | sed 's/^/k /'
  else n=; for l in /var/log/kern.log /var/log/messages; do [ -r "$l" ] && { n=1; echo "from $l"; tail -c 2000000 "$l" | grep -a -i -E 'killed? process [0-9]' | tail -n 60 | sed 's/^/k /'; }; done
    [ -n "$n" ] || echo '! needs-root'; fi; }
# the journal shows others' lines only to those who may read its files
journal() { set +f; for j in /var/log/journal/*/system.journal /run/log/journal/*/system.journal; do [ -r "$j" ] && { set -f; return 0; }; done; set -f; return 1; }
# of each command its newest start: `run TIME … (user) CMD (command)`
newest() {
  if has awk; then awk 'match($0, /\([^ ]*\) CMD \(/) { k = substr($0, RSTART); if (!(k in l)) n[++c] = k; l[k] = substr($0, 1, RSTART - 1) } END { for (i = 1; i <= c && i <= 2000; i++) print "run " l[n[i]] n[i] }'
  else tail -n 2000 | sed 's/^/run /'; fi; }
# a log tells from its first line to its last one; what begins before or ends after is not known
cronlog() {
  z="tail -c 4000000"; case $1 in *.gz) has gzip || return; z="gzip -dc";; esac
  echo "log $1"; t 3 $z "$1" | sed -n '2s/^/first /p;2q'; t 3 $z "$1" | tail -n 1 | cut -c1-60 | sed 's/^/last /'
  t 4 $z "$1" | grep -a ' CMD (' | newest; }
s_cron() {
  set +f; n=
  for l in /etc/crontab /etc/cron.d/* /var/spool/cron/crontabs/* /var/spool/cron/tabs/* /var/spool/cron/* /etc/anacrontab; do [ -f "$l" ] && file "$l"; done
  for l in /var/spool/anacron/* /var/spool/cron/lastrun/*; do [ -f "$l" ] && echo "stamp $(stat -L -c %Y "$l" 2>/dev/null || echo -) $(head -n 1 "$l") $l"; done; set -f
  if [ "$U" != 0 ]; then o=$(t 2 crontab -l) && { echo "f - - - /var/spool/cron/$(id -un)"; printf '%s\n' "$o" | sed 's/^/|/'; }
    if [ -n "${SUDO:-}" ]; then for d in /var/spool/cron/crontabs /var/spool/cron /var/spool/cron/tabs; do [ -d "$d" ] || continue
      for u in $(sed -n -e '/nologin$/d' -e '/false$/d' -e 's/^\([A-Za-z0-9_.-]*\):.*/\1/p' /etc/passwd | head -n 40); do
        o=$(r 2 cat "$d/$u") && { echo "f - $u - $d/$u"; printf '%s\n' "$o" | sed 's/^/|/'; n=1; }; done; done; fi
    [ -n "$n" ] || echo '! needs-root'; fi
  for l in /var/log/syslog.3.gz /var/log/syslog.2.gz /var/log/syslog.1 /var/log/syslog /var/log/cron.log.1 /var/log/cron.log; do [ -r "$l" ] && cronlog "$l"; done
  set +f; for l in $(ls -t /var/log/cron-[0-9]* /var/log/cron.[0-9]* 2>/dev/null | head -n 2) /var/log/cron; do [ -f "$l" ] && [ -r "$l" ] && cronlog "$l"; done; set -f
  if has journalctl && journal; then echo 'log journal'
    t 3 journalctl -q --no-pager -o short-iso --since=-8days | sed -n '1s/^/first /p;1q' | cut -c1-60; t 3 journalctl -q --no-pager -o short-iso -n 1 | cut -c1-60 | sed 's/^/last /'
    t 5 journalctl -q --no-pager -o short-iso --since=-8days -t CRON -t cron -t CROND -t crond | grep -a ' CMD (' | newest; fi
  if [ -d /run/systemd/system ] && has systemctl; then
    t 6 systemctl show --all --no-pager '*.timer' -p Id -p Unit -p TimersCalendar -p TimersMonotonic -p Persistent -p RandomizedDelayUSec -p AccuracyUSec -p LastTriggerUSec -p NextElapseUSecRealtime -p ActiveState -p ActiveEnterTimestamp | sed 's/^/timer /'; fi; }
s_updates() {
  if has apt-get; then set +f; n=; for l in /var/lib/apt/lists/*_Packages*; do [ -e "$l" ] && n=1; done; set -f
    if [ -z "$n" ]; then echo '! no-lists'; else
      # as nobody it can use the cache and cannot rebuild it; where that does not work, without the cache
      d=15; case ",$W," in *,brief,*) d=1;; esac
      if [ "$U" != 0 ]; then set --; elif has setpriv; then set -- setpriv --reuid=65534 --regid=65534 --clear-groups --
      else set -- env; fi
      k=; [ "${1:-}" = env ] && k='-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache='
      o=$(t "$d" "$@" apt-get -s -qq -o Debug::NoLocking=true $k dist-upgrade)
      case $? in 0) echo apt; printf '%s\n' "$o" | sed -n 's/^Inst/i/p';; 124|137) echo '! timeout';; *) echo '! failed';; esac; fi
  elif has dnf || has yum; then y=yum; has dnf && y=dnf
    if [ "$U" != 0 ]; then echo '! needs-root'; else o=$(t 20 $y -q -C check-update); c=$?
      case $c in 0|100) echo rpm; printf '%s\n' "$o" | sed -n -e '/^Obsoleting/q' -e 's/^\([^ ]*\.[^ ]*\) .*/i \1/p';; *) echo '! failed';; esac
      o=$(t 20 $y -q -C updateinfo list security 2>/dev/null) && { echo security; printf '%s\n' "$o" | sed -n 's/^\([A-Z].*[0-9].*\)/s \1/p'; }; fi
  else echo '! not-installed'; fi
  if [ -e /var/run/reboot-required ]; then echo reboot yes
  elif has needs-restarting; then t 10 needs-restarting -r >/dev/null; case $? in 0) echo reboot no;; 1) echo reboot yes;; esac
  elif [ -e /usr/share/update-notifier/notify-reboot-required ]; then echo reboot no; fi; }
s_certs() {
  has openssl && has find || { echo '! not-installed'; return; }
  { t 4 grep -r -h -s -i -E '^[[:space:]]*(ssl_certificate|SSLCertificateFile|smtpd_tls_cert_file|smtpd_tls_chain_files|ssl_cert)[[:space:]=]' /etc/nginx /etc/apache2 /etc/httpd /etc/postfix/main.cf /etc/dovecot | sed -n 's,^[^/]*\(/[^;" ]*\).*,\1,p'
    t 6 find /etc/letsencrypt/live /etc/pki/tls/certs /etc/httpd /etc/apache2 /etc/nginx /etc/postfix /etc/dovecot /etc/ssl/private /etc/ssl/localcerts /usr/local/etc/ssl -maxdepth 4 \( -name '*.crt' -o -name '*.pem' -o -name '*.cer' \) -size -130; } | sort -u | head -n 200 |
  while read -r l; do
    if [ ! -e "$l" ]; then :; elif [ -r "$l" ]; then grep -q -e 'BEGIN CERTIFICATE' -e 'BEGIN TRUSTED' "$l" && echo "c $(t 2 openssl x509 -noout -enddate -fingerprint -sha256 -in "$l" | tr '\n' '|') $l"
    else echo "unread $l"; fi; done; }

look() {
  sec counters; case ",$W," in *,twice,*) W=$W,again; sec again;; esac
  for S in ident system memory disks units procs ports clock oom cron certs netdisks updates; do sec $S; done; }
# this text comes by standard input: nothing it calls may read from there
look </dev/null
printf '@@end %s\n' "$(date +%s)"
