# koboshi: one look into this machine. It reads and never writes, runs in any POSIX sh and needs no tool beyond cat, sed,
# grep, head and date; each further one it finds tells more. Usage: sh -s -- WORDS < this file. WORDS, joined by commas:
# quick | full | names of sections, and `twice` (rates of a single look), `brief` (what takes long may be left out),
# `sudo` (the listed commands may be tried as root). With `why` it answers instead what a diagnosis asks, within three
# seconds: all of it, or the sections of those answers that are named besides.
LC_ALL=C; LANG=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; export LC_ALL LANG PATH
printf '@@koboshi-host 1 %s\n' "$(date '+%s.%N %z %Z')"
unset CDPATH ENV; umask 077; set -f
# installed as the forced command of a key, it takes the last word of what was asked for, and nothing else of it
W=${1:-}; [ -n "$W" ] || W=${SSH_ORIGINAL_COMMAND:-quick}; W=${W##* }
case $W in *[!a-z,]*|'') W=quick;; esac
Q=counters,ident,system,memory,disks,units,procs,ports,clock,oom
case ",$W," in *,why,*) ;; *,full,*) W=$W,$Q,netdisks,cron,updates,certs;; *,quick,*) W=$W,$Q,netdisks;; esac
has() { command -v "$1" >/dev/null 2>&1; }
# a look waits for all others; a diagnosis takes three seconds once, and where everyone waits the polite one is never heard
case ",$W," in *,why,*) ;; *) has renice && renice 10 $$ </dev/null >/dev/null 2>&1;; esac
# SIGKILL, for what waits for a dead file server takes no other
if has timeout && timeout -s KILL 1 true </dev/null 2>/dev/null; then t() { s=$1; shift; timeout -s KILL "$s" "$@" 2>/dev/null; }
else t() { shift; "$@" 2>/dev/null; }; fi
U=$(id -u 2>/dev/null) || U=-
SUDO=; P=
case ",$W," in *,sudo,*) [ "$U" != 0 ] && has sudo && { P=$(t 2 sudo -n -l | sed -n 's/^ *([^)]*) NOPASSWD: //p' | sed 's/, /\
/g' | sed 's,^/[^ ]*/\([^ /]*\),\1,' | sort -u) && [ -n "$P" ] && SUDO='sudo -n'; }; esac
# only what the sudoers file names is tried: a refusal would be written down on the machine, and mailed
may() { printf '%s\n' "$P" | { while read -r p; do case $p in ALL) exit 0;; *' ""') p=${p% ??};; esac; case "$*" in $p) exit 0;; esac; done; exit 1; }; }
# what needs root: as it is for root, else by the permitted sudo, else not
r() { if [ "$U" = 0 ]; then t "$@"; elif [ -n "$SUDO" ]; then s=$1; shift; may "$@" && t "$s" $SUDO "$@"; else return 1; fi; }
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
  else for p in tcp:0A tcp6:0A udp:07 udp6:07; do
    # those that listen; a busy machine has ten thousands of others
    sed -n "/^ *[0-9]*: [^ ]* [^ ]* ${p#*:} /s/^/${p%:*} /p" "/proc/net/${p%:*}" 2>/dev/null; done; fi; }
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
    # path:number:line, without the empty ones
    if [ -n "$SUDO" ] && has awk && may grep -rn . /var/spool/cron; then o=$(r 3 grep -rn . /var/spool/cron); case $? in 0|1) n=1;; esac; [ -n "$o" ] && printf '%s\n' "$o" | awk '{
      i = index($0, ":"); p = substr($0, 1, i - 1); s = substr($0, i + 1); j = index(s, ":"); k = substr(s, 1, j - 1) + 0
      if (p != q) { q = p; c = 0; u = p; sub(/.*\//, "", u); print "f - " u " - " p }
      while (++c < k) print "|"
      print "|" substr(s, j + 1) }'; fi
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

# --- what a diagnosis asks: samples a second apart, and beside them what does not need two
now() { v=0.00; { read -r v _ < /proc/uptime; } 2>/dev/null; N=$((${v%.*} * 100 + 1${v#*.} - 100)); }
# within its time, with what it complains of: for programs whose complaint is the answer
said() { s=$1; shift; if has timeout; then timeout -s KILL "$s" "$@" 2>&1; else "$@" 2>&1; fi; }
# neither root nor allowed to ask root for it
barred() { [ "$U" != 0 ] && ! { [ -n "$SUDO" ] && may "$@"; }; }
# lines with a word before each
each() { sed "s/^/$1 /"; }
there() { set +f; for q in $1; do :; done; set -f; [ -e "$q" ]; }
# a number of the kernel is given whole or not at all: `read` takes it byte by byte
val() { [ -r "$1" ] && echo "$2 $(cat "$1")"; }
statlines() { set +f; cat /proc/[0-9]*/stat 2>/dev/null; set -f; }
sockets() { r 1 ss -lntup || t 1 ss -lntup; }
listening() { sockets | grep -o 'pid=[0-9]*' | sed 's/pid=//' | sort -un | head -n 60; }
uptime_now() { sed 's/^\([^ ]*\).*/t \1/' /proc/uptime; }

a_vmstat() { uptime_now; grep -E '^(pswpin|pswpout|pgmajfault|oom_kill|allocstall[a-z0-9_]*) ' /proc/vmstat; grep -E '^(cpu|procs_running|procs_blocked) ' /proc/stat; }
y_vmstat() { printf '%s\n' "$A_vmstat" | each a; a_vmstat | each b; }

a_nic() {
  uptime_now; sed -n '/:/s/^ */n /p' /proc/net/dev | head -n 40
  # qdiscs that shape or have thrown away: q DEVICE KIND DROPPED OVERLIMITS, then what it is set to
  has tc && has awk && t 1 tc -s qdisc | awk '/^qdisc/ { k = $2; d = ""; w = ""; for (i = 4; i < NF; i++) if ($i == "dev") d = $(i + 1)
    if (match($0, /(rate|limit|delay|loss|latency|bandwidth) .*/)) w = substr($0, RSTART, 80) }
    /dropped/ { gsub(/[(),]/, ""); for (i = 1; i < NF; i++) { if ($i == "dropped") x = $(i + 1); if ($i == "overlimits") o = $(i + 1) }
    if (x > 0 || k ~ /^(tbf|netem|htb|hfsc|cbq|cake|police|red|sfq|choke|ingress)$/) print "q", d, k, x, o, w }' | head -n 20; }
y_nic() {
  set +f; for i in /sys/class/net/*; do d=${i##*/}; case $d in lo|veth*) continue;; esac
    c=-; o=-; s=-; read -r c < "$i/carrier"; read -r o < "$i/operstate"; read -r s < "$i/speed"; echo "i $d $o $c $s"; done; set -f
  printf '%s\n' "$A_nic" | each a; a_nic | each b; }

# g KIND PATH USED LIMIT HITS of groups that have a limit and are near it or were held back
a_groups() {
  set +f; c=/sys/fs/cgroup
  for g in $c $c/* $c/*/* $c/*/*/*; do [ -r "$g/memory.max" ] || [ -r "$g/cpu.max" ] || continue
    l=max; u=0; h=0; { read -r l < "$g/memory.max"; read -r u < "$g/memory.current"; while read -r k v; do [ "$k" = max ] && h=$v; done < "$g/memory.events"; } 2>/dev/null
    [ "$l" = max ] || group memory "$g"
    l=max; u=0; h=0; { read -r l < "$g/pids.max"; read -r u < "$g/pids.current"; while read -r k v; do [ "$k" = max ] && h=$v; done < "$g/pids.events"; } 2>/dev/null
    [ "$l" = max ] || group pids "$g"
    l=max; u=0; h=0; { read -r l v < "$g/cpu.max"; while read -r k v; do [ "$k" = nr_throttled ] && h=$v; done < "$g/cpu.stat"; } 2>/dev/null
    [ "$l" = max ] || group cpu "$g"; done
  for g in $c/memory $c/memory/* $c/memory/*/* $c/memory/*/*/*; do [ -r "$g/memory.limit_in_bytes" ] || continue
    l=; u=0; h=0; { read -r l < "$g/memory.limit_in_bytes"; read -r u < "$g/memory.usage_in_bytes"; read -r h < "$g/memory.failcnt"; } 2>/dev/null
    [ ${#l} -gt 15 ] || group memory "$g"; done
  for g in $c/pids/* $c/pids/*/* $c/pids/*/*/*; do [ -r "$g/pids.max" ] || continue
    l=max; u=0; h=0; { read -r l < "$g/pids.max"; read -r u < "$g/pids.current"; while read -r k v; do [ "$k" = max ] && h=$v; done < "$g/pids.events"; } 2>/dev/null
    [ "$l" = max ] || group pids "$g"; done
  for g in $c/cpu/* $c/cpu/*/* $c/cpu/*/*/*; do [ -r "$g/cpu.cfs_quota_us" ] || continue
    l=-1; u=0; h=0; { read -r l < "$g/cpu.cfs_quota_us"; while read -r k v; do [ "$k" = nr_throttled ] && h=$v; done < "$g/cpu.stat"; } 2>/dev/null
    [ "$l" = -1 ] || group cpu "$g"; done; set -f; }
group() { case $l$u$h in *[!0-9]*|'') return;; esac; if [ "$h" -gt 0 ] || [ $((u / 7)) -ge $((l / 10)) ]; then echo "g $1 ${2#/sys/fs/cgroup} $u $l $h"; fi; }
a_limits() {
  uptime_now; has awk && awk '/^TcpExt:/ { if (!n) { n = split($0, h) } else for (i = 2; i <= n; i++) if (h[i] ~ /^(ListenOverflows|ListenDrops|TCPReqQFullDrop|TCPReqQFullDoCookies)$/) print "x", h[i], $i }' /proc/net/netstat
  a_groups | head -n 15; }
y_limits() {
  val /proc/sys/fs/file-nr files; val /proc/sys/kernel/pid_max pid-max; val /proc/sys/kernel/threads-max threads-max; sed 's,^.*/\([0-9]*\) .*,threads \1,' /proc/loadavg
  for k in netfilter/nf_conntrack ipv4/netfilter/ip_conntrack; do val /proc/sys/net/${k}_count tracked; val /proc/sys/net/${k}_max tracked-max; done
  val /proc/sys/net/core/somaxconn somaxconn
  printf '%s\n' "$A_limits" | each a; a_limits | each b
  has ss && t 1 ss -ltn | sed -n 's/^LISTEN *\([0-9]*\) *\([0-9]*\) *\([^ ]*\) .*/q \1 \2 \3/p' | sort -k2,2nr | head -n 30
  # h PORT OPEN UNFINISHED SENDERS: connections on which the server has had nothing to send for 5 s, because what is asked comes in drops or not at all
  has ss && has awk && t 2 ss -Htni state established | awk '/^[^ \t]/ { p = $3; sub(/.*:/, "", p); a = $4; sub(/:[0-9]+$/, "", a); next }
    { s = r = b = 0; for (i = 1; i <= NF; i++) { if (sub(/^lastsnd:/, "", $i)) s = $i + 0; else if (sub(/^lastrcv:/, "", $i)) r = $i + 0; else if (sub(/^bytes_received:/, "", $i)) b = $i + 0 }
      o[p]++; if (s >= 5000 && (b == 0 || r <= 3000)) { u[p]++; if (!((p, a) in k)) { k[p, a] = 1; n[p]++ } } }
    END { for (p in u) print "h", p, o[p], u[p], n[p] }' | sort -k4,4nr | head -n 8
  # d PID NAME OPEN LIMIT
  for p in $(listening); do [ -d "/proc/$p" ] || continue; l=-; n=-; read -r n < "/proc/$p/comm"
    while read -r k v x s _; do [ "$k $v" = 'Max open' ] && l=$s; done < "/proc/$p/limits"
    set +f; set -- "/proc/$p/fd/"*; set -f; if [ -e "$1" ] || [ -L "$1" ]; then k=$#; else k=-; fi; set --; echo "d $p $k $l $n"; done; }

y_pressure() { there '/proc/pressure/*' || { echo '! not-supported'; return; }; for p in cpu memory io; do each $p < /proc/pressure/$p; done; }

bad='i/o error|ext4-fs error|remounting|xfs.*(corrupt|shut)|btrfs.*error|hardware error|edac|mce:|machine check|link is (down|up)|out of memory|killed process|oom-kill|table full|syn flood|blocked for more|lockup|segfault|rcu.*stall|nvme.*(timeout|reset)|ata[0-9.]+:.*(failed|error)|md/raid|thermal|throttl|call trace|kernel bug|panic|fork rejected|too many open'
y_kern() {
  uptime_now; if k=$(t 1 dmesg -r) && [ -n "$k" ] || { k=$(r 1 dmesg -r) && [ -n "$k" ]; }; then
    printf '%s\n' "$k" | tail -n 2000 | grep -i -E -e '^<[0-4]>' -e "$bad" | tail -n 50 | cut -c1-220 | each k; printf '%s\n' "$k" | tail -n 200 | tail -n 12 | cut -c1-160 | each o
  elif journal && has journalctl; then t 1 journalctl -k -q --no-pager -o short-unix -n 2000 | grep -i -E "$bad" | tail -n 50 | cut -c1-220 | each j
  else echo '! needs-root'; fi; }

y_smart() {
  n=; m=; [ -r /proc/mdstat ] && each m < /proc/mdstat | head -n 40; set +f
  for d in /sys/block/sd* /sys/block/nvme*n1; do [ -e "$d" ] && n="$n ${d##*/}"; done; set -f
  for d in $n; do one /sys/block/$d/device/state "state $d"; done
  [ -n "$n" ] && { has smartctl || { echo '! not-installed'; return; }; }
  for d in $n; do k=${d%n1}; now; [ $((N - Y0)) -gt 220 ] && { echo '! timeout'; return; }
    o=$(r 1 smartctl -n standby -H -A "/dev/$k"); if [ -n "$o" ]; then echo "disk $d"
      printf '%s\n' "$o" | grep -i -E 'overall-health|Health Status|Reallocated_Sector|Current_Pending|Offline_Uncorrect|Reported_Uncorrect|CRC_Error|Temperature|Wear|Media_Wearout|Percentage Used|Available Spare:|Critical Warning|Media and Data|STANDBY|Unable|failed' | head -n 14 | each s
    else m=1; fi; done
  [ -n "$m" ] && [ "$U" != 0 ] && echo '! needs-root'
  has zpool && t 1 zpool status -x | head -n 20 | each z; }

hash() { if has sha256sum; then sha256sum; else cksum; fi | cut -d' ' -f1; }
y_fw() {
  t 1 ip route | head -n 20 | each w; t 1 ip -6 route show default | head -n 4 | each w6; m=; k=
  if has nft; then if k=$(r 1 nft list ruleset); then
      # what is counted and who is banned change by themselves
      echo "hash nft $(printf '%s\n' "$k" | sed -e 's/counter packets [0-9]* bytes [0-9]*/counter/' -e '/elements = {/,/}/d' -e '/f2b-/d' | hash)"
      has awk && printf '%s\n' "$k" | awk '$1 == "table" { t = $2 " " $3 } $1 == "chain" { c = $2; p = 0 } /policy (drop|reject)/ { p = 1 } /policy (drop|reject)/ || (/(^|[ \t])(drop|reject)/ && !/f2b/) { sub(/^[ \t]+/, ""); print "nft", t, c, $0; next }
        p && /accept|jump|goto|vmap|queue/ { sub(/^[ \t]+/, ""); print "pass nft", t, c, $0 }' | cut -c1-200 | head -n 40
      has awk && printf '%s\n' "$k" | awk '$1 == "table" { t = $2 " " $3 } $1 == "set" { s = $2 } sub(/.*elements = [{]/, "") { e = 1; n = 0; l = "" }
        e { d = /[}]/; gsub(/[},]/, " "); for (i = 1; i <= NF; i++) if ($i ~ /[.:]/ && $i ~ /^[0-9a-f.:\/-]+$/ && ++n <= 300) l = l " " $i; if (d) { e = 0; if (n) print "banned nft " t " @" s l } }' | head -n 12
    else m=1; fi; fi
  l=; { read -r l < /proc/net/ip_tables_names; } 2>/dev/null
  if has iptables-save && { ! has nft || [ -n "$l" ]; }; then for c in iptables-save ip6tables-save; do if k=$(r 1 $c); then
      echo "hash $c $(printf '%s\n' "$k" | sed -e '/^#/d' -e 's/\[[0-9:]*\]//' -e '/f2b-/d' | hash)"
      printf '%s\n' "$k" | grep -E -e '^:[A-Z]* (DROP|REJECT)' -e '-j (DROP|REJECT|TARPIT)' | grep -v f2b | cut -c1-200 | head -n 25 | each "$c"
      printf '%s\n' "$k" | sed -n 's/^-A \([^ ]*f2b[^ ]*\) .*-s \([^ ]*\) .*-j [DRT].*/\1 \2/p' | head -n 300 | each "banned $c"
      printf '%s\n' "$k" | grep -q '^:INPUT DROP' && printf '%s\n' "$k" | grep '^-A INPUT' | grep -v -E -e '-j (DROP|REJECT|TARPIT)' | cut -c1-200 | head -n 40 | each "pass $c"
    else m=1; fi; done; fi
  if has fail2ban-client; then if k=$(r 1 fail2ban-client status); then for j in $(printf '%s\n' "$k" | sed -n 's/.*Jail list:[[:space:]]*//p' | tr ',' ' ' | cut -c1-200); do
      echo "jail $j $(r 1 fail2ban-client status "$j" | sed -n 's/.*Currently banned:[[:space:]]*//p')"; done
    elif barred fail2ban-client status; then m=1; fi; fi
  [ -n "$m" ] && { [ "$U" = 0 ] && echo '! failed' || echo '! needs-root'; }; :; }

form='s/^\([0-9]*\) (\(.*\)) \(.\) \([-0-9]* \)\{10\}\([0-9]*\) \([0-9]*\) \([-0-9]* \)\{8\}\([-0-9]*\) .*/\1 \3 \5 \6 \8 \2/p'
a_procs() { uptime_now; statlines | sed -n 's/^\([0-9]*\) (.*) . \([-0-9]* \)\{10\}\([0-9]*\) \([0-9]*\) .*/\1 \3 \4/p'; }
y_procs() {
  set +f; d=/var/run; [ -d /run ] && d=/run
  for l in $d/*.pid $d/*/*.pid; do [ -r "$l" ] || continue; p=; read -r p _ < "$l"; case $p in ''|*[!0-9]*) ;; *) [ -d "/proc/$p" ] || echo "stale $p $l";; esac; done | head -n 20; set -f
  echo "hz $(t 1 getconf CLK_TCK || echo 100) $(t 1 getconf PAGESIZE || echo 4096)"; has awk || { echo '! not-installed'; return; }
  # top PID STATE TICKS PAGES NAME, by ticks since the first sample; D and T whatever they use
  o=$({ printf '%s\n' "$A_procs"; echo again; uptime_now; statlines | sed -n "$form"; } | awk '$1 == "again" { b = 1; next } $1 == "t" { print "span", $2; next }
    !b { u[$1] = $2 + $3; next } { n++; if ($2 == "Z") z++; c = $3 + $4 - u[$1]; if (!($1 in u)) c = $3 + $4; s = ""; for (i = 6; i <= NF; i++) s = s " " $i
    if ($2 == "D" || $2 == "T" || $2 == "t") print "held", $1, $2 s; if (c > 0) print "top", $1, $2, c, $5 s } END { print "count", n, z + 0 }')
  printf '%s\n' "$o" | grep -E '^(span|count) '; printf '%s\n' "$o" | grep '^held ' | head -n 30 | while read -r k p s n; do w=-; read -r w < "/proc/$p/wchan"; echo "held $p $s ${w:--} $n"; done
  printf '%s\n' "$o" | grep '^top ' | sort -k4,4nr | head -n 12 | while read -r k p s c m n; do
    echo "top $p $s $c $m $(stat -c %U "/proc/$p" 2>/dev/null || echo -) $n"; x=$(readlink "/proc/$p/exe") && echo "exe $p $x"; done
  # programs that run from where nobody installs any
  set +f; grep -alE '^/(tmp|var/tmp|dev/shm)/' /proc/[0-9]*/cmdline 2>/dev/null | head -n 5 | while read -r l; do p=${l#/proc/}; echo "odd ${p%/cmdline} $(tr '\0\n' '  ' < "$l" | cut -c1-100)"; done; set -f
  sockets | cut -c1-180 | head -n 50 | each ss; }

y_units() {
  if [ -d /run/systemd/system ] && has systemctl; then
    b=$(t 1 systemctl list-units --all --full --no-legend --no-pager --state=failed | sed 's/^[^[:alnum:]_@-]*//' | cut -d' ' -f1 | head -n 40)
    e=$(t 1 systemctl list-unit-files --full --no-legend --no-pager --type=service --state=enabled | cut -d' ' -f1 | grep -v '@\.' | head -n 150)
    # one line each of those that are not simply running
    [ -n "$b$e" ] && t 2 systemctl show --no-pager -p Id -p Type -p LoadState -p ActiveState -p SubState -p Result -p NRestarts -p ExecMainStatus -p RemainAfterExit -p StateChangeTimestamp -p UnitFileState $b $e | sed 's/|/ /g' | awk 'BEGIN { RS = ""; FS = "\n" } { l = "y"; for (i = 1; i <= NF; i++) l = l "|" $i; if (l !~ /ActiveState=active/ || l ~ /NRestarts=[1-9]/) print l }' | head -n 60
  else statlines | sed -n 's/^[0-9]* (\(.*\)) [^Z].*/name \1/p' | sort -u | head -n 150; s_units | sed 's,^rc /.*/S[0-9]*,rc /S00,' | sort -u; fi; }

settings='(^|[{;])[[:space:]]*(Timeout|ProxyTimeout|ProxyPass|ProxyPassMatch|ProxySet|BalancerMember|MaxRequestWorkers|MaxClients|ServerLimit|KeepAliveTimeout|Listen|ExtendedStatus|proxy_(read|connect|send)_timeout|proxy_pass|fastcgi_(read_timeout|pass)|uwsgi_(read_timeout|pass)|worker_(connections|processes)|keepalive_timeout)[[:space:]=]'
y_web() {
  w=; a=; for c in apache2 httpd; do has $c && a=$c; done
  if [ -n "$a" ] && { [ -d /etc/apache2 ] || [ -d /etc/httpd ]; }; then w=1
    if [ -n "$SUDO" ] && { [ -d /var/run/apache2 ] || [ "$a" = httpd ]; } && may apachectl -t; then k=$(said 2 $SUDO apachectl -t; echo "rc $?")
    else k=$([ -r /etc/apache2/envvars ] && . /etc/apache2/envvars; said 1 $a -t; echo "rc $?"); fi
    printf '%s\n' "$k" | cut -c1-300 | tail -n 6 | each apache; fi
  if has nginx && [ -r /etc/nginx/nginx.conf ]; then w=1; k=
    # asked of its configuration it makes its pid file where there is none
    f=$(sed -n 's/^[[:space:]]*pid[[:space:]]\{1,\}\([^;]*\);.*/\1/p' /etc/nginx/nginx.conf | head -n 1); [ -e "${f:-/run/nginx.pid}" ] || f=none
    if [ "$f" = none ]; then echo 'nginx rc not-running'
    elif [ "$U" = 0 ]; then k=$(said 1 nginx -t; echo "rc $?"); elif [ -n "$SUDO" ] && may nginx -t; then k=$(said 2 $SUDO nginx -t; echo "rc $?"); else echo 'nginx rc needs-root'; fi
    [ -n "$k" ] && printf '%s\n' "$k" | cut -c1-300 | tail -n 6 | each nginx; fi
  [ -n "$w" ] || { echo '! not-installed'; return; }
  g=$(set +f; for f in /etc/apache2/apache2.conf /etc/apache2/ports.conf /etc/apache2/*-enabled /etc/httpd/conf /etc/httpd/conf.d /etc/nginx/nginx.conf /etc/nginx/conf.d /etc/nginx/sites-enabled; do [ -e "$f" ] && echo "$f"; done)
  o=$(t 1 grep -RnHsiE "$settings" $g | cut -c1-220 | head -n 60); [ -n "$o" ] && printf '%s\n' "$o" | each set
  for p in $(printf '%s\n' "$o" | sed -n 's|^/etc/[ah][pt][^:]*:[0-9]*:[[:space:]]*[Ll]isten[[:space:]]*\([^ ]*:\)\{0,1\}\([0-9][0-9]*\).*|\2|p' | sort -un | grep -v '^443$' | head -n 2); do
    u="http://127.0.0.1:$p/server-status?auto"; if has curl; then k=$(t 1 curl -s -f -m 1 --noproxy '*' "$u"); elif has wget; then k=$(t 1 wget -q -T 1 -t 1 -O - "$u"); else k=; fi
    printf '%s\n' "$k" | grep -q '^BusyWorkers:' && { printf '%s\n' "$k" | grep -E '^(ServerVersion|ServerUptimeSeconds|Total Accesses|ReqPerSec|BusyWorkers|IdleWorkers):' | each "status $p"; k=$(printf '%s\n' "$k" | sed -n 's/^Scoreboard: //p'); echo "slots $p ${#k}"; break; }; done; :; }

# s FILE:LINE:TEXT of the settings of PHP's pools, c NAME CHILDREN, q DOOR WAITING ROOM, u POOL KEY VALUE of a pool's own status, w of its slow log
y_fpm() {
  g=$(set +f; for f in /etc/php/*/fpm/pool.d/*.conf /etc/php-fpm.d/*.conf; do [ -r "$f" ] && echo "$f"; done); i=$(set +f; for f in /etc/php/*/fpm/php.ini /etc/php.ini; do [ -r "$f" ] && echo "$f"; done)
  [ -n "$g" ] || { there '/etc/php/*/fpm/pool.d' || there '/etc/php-fpm.d' && echo '! needs-root' || echo '! not-installed'; return; }
  o=$(grep -nHE '^[[:space:]]*(\[[^]]*\]|(listen|pm|pm\.max_children|pm\.status_path|pm\.status_listen|request_terminate_timeout|request_slowlog_timeout|slowlog|php(_admin)?_value\[max_execution_time\])[[:space:]]*=)' $g | cut -c1-220 | head -n 60)
  [ -n "$i" ] && grep -nHE '^[[:space:]]*max_execution_time[[:space:]]*=' $i | cut -c1-120 | each s; printf '%s\n' "$o" | each s
  set +f; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | sed -n 's/^php-fpm: pool \([^ ]*\) *$/c \1/p' | sort | uniq -c | sed 's/^ *\([0-9]*\) c \(.*\)/c \2 \1/' | head -n 20; set -f
  has awk || return 0
  # pool, where it listens, where it tells its status, by which page, its slow log
  k=$(printf '%s\n' "$o" | awk '{ l = $0; sub(/^[^:]*:[0-9]*:[ \t]*/, "", l); v = l; sub(/^[^=]*=[ \t]*/, "", v); sub(/[ \t]*(;.*)?$/, "", v) } l ~ /^\[/ { n = l; sub(/^\[/, "", n); sub(/\].*/, "", n); next } l ~ /^listen[ \t]*=/ { if (!(n in a)) c[++m] = n; a[n] = v }
    l ~ /^pm\.status_path/ { s[n] = v } l ~ /^pm\.status_listen/ { t[n] = v } l ~ /^slowlog/ { w[n] = v } END { for (i = 1; i <= m; i++) { n = c[i]; print n, a[n], (n in t) ? t[n] : a[n], (n in s) ? s[n] : "-", (n in w) ? w[n] : "-" } }' | head -n 4)
  [ -n "$k" ] || return 0
  has ss && { echo 'q - 0 0'; l=$(printf '%s\n' "$k" | sed -e 's/^[^ ]* \([^ ]*\) .*/\1 /' -e 's/^[0-9]* $/:&/'); { t 1 ss -lxn; t 1 ss -ltn; } | sed -n -e 's/^u_str *LISTEN *\([0-9]*\) *\([0-9]*\) *\(\/[^ ]*\) .*/q \3 \1 \2/p' -e 's/^LISTEN *\([0-9]*\) *\([0-9]*\) *\([^ ]*\) .*/q \3 \1 \2/p' | grep -F "$l" | head -n 8; }
  has perl && printf '%s\n' "$k" | { while read -r n l a s w; do
    case $s in /*) t 1 perl -e "$askfpm" "$a" "$s" | grep -E '^(listen queue|idle processes|active processes|max children reached):' | each "u $n" & esac; done; wait; }
  printf '%s\n' "$k" | while read -r n l a s w; do case $w in *'$pool'*) w=${w%%\$pool*}$n${w#*\$pool};; esac
    # of the last hour only
    [ "$w" != - ] && [ -n "$(find "$w" -mmin -60 2>/dev/null)" ] && [ -r "$w" ] && tail -c 60000 "$w" | grep -aE '^script_filename = ' | tail -n 20 | cut -c1-200 | each "w $n"; done; :; }
# FastCGI, one request for a pool's own status. Source: FastCGI 1.0 specification, parts 3 to 5
askfpm='use Socket; ($a, $p) = @ARGV; if ($a =~ m{^/}) { socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un($a)) or exit 7 } else { $a =~ m{^(?:(.*):)?(\d+)$} or exit 7; $h = $1; $q = $2; $h = "127.0.0.1" if !$h || $h =~ /[][*]/ || $h eq "0.0.0.0"; socket(S, PF_INET, SOCK_STREAM, 6); connect(S, pack_sockaddr_in($q, inet_aton($h))) or exit 7 }
  for (["SCRIPT_FILENAME", $p], ["SCRIPT_NAME", $p], ["REQUEST_METHOD", "GET"], ["QUERY_STRING", ""]) { $b .= chr(length $$_[0]) . chr(length $$_[1]) . $$_[0] . $$_[1] } $l = length $b;
  syswrite S, pack("CCnnCx nCx5", 1, 1, 1, 8, 0, 1, 0) . pack("CCnnCx", 1, 4, 1, $l, 0) . $b . pack("CCnnCx", 1, 4, 1, 0, 0) . pack("CCnnCx", 1, 5, 1, 0, 0);
  while (read(S, $d, 8) == 8) { ($v, $t, $i, $n, $g) = unpack("CCnnC", $d); read(S, $c, $n + $g) if $n + $g; print substr($c, 0, $n) if $t == 6; last if $t == 3 }'

# b KNOWN ADDRESS PAGE: programs behind, as the web servers' own settings name them, and the page that was asked for as they would ask for it; else their first
behind() {
  g=$(set +f; for f in /etc/apache2/apache2.conf /etc/apache2/*-enabled /etc/httpd/conf /etc/httpd/conf.d /etc/nginx/nginx.conf /etc/nginx/conf.d /etc/nginx/sites-enabled; do [ -e "$f" ] && echo "$f"; done); [ -n "$g" ] || return 0
  t 1 grep -RhsiE '^[^#]*(location|upstream|server|proxy_pass|ProxyPass|BalancerMember|</*Proxy|</*VirtualHost)' $g | sed -e 's/#.*//' -e 's/"//g' | tr '{};' '\n\n\n' | awk -v pages="$1" '
    function put(l, u, a) { if (u !~ /\$/) { n++; at[n] = l; to[n] = u; ap[n] = a } }
    function url(u, h, r) { sub(/^balancer:/, "http:", u); h = u; sub(/^https?:\/\//, "", h); r = h
      if (h ~ /^unix:/) { sub(/^unix:[^:]*:?/, "", r); sub(/^unix:/, "", h); sub(/:.*/, "", h) } else { sub(/^[^\/]*/, "", r); sub(/\/.*/, "", h); if (h in one) h = one[h]; sub(/^https?:\/\//, "", h); if (!sub(/^unix:/, "", h)) sub(/\/.*/, "", h) }
      B = h; R = r }
    { k = tolower($1) } k == "location" { loc = $NF; if (NF > 2 && $2 ~ /~/ && $2 != "^~") loc = "" } k == "<location" { loc = $2; sub(/>$/, "", loc) } k == "</location>" || k == "<virtualhost" { loc = "" }
    k == "upstream" { up = $2 } k == "server" { if (NF == 1) up = ""; else if (up != "" && !(up in one) && $0 !~ / (down|backup)/) one[up] = $2 }
    k == "<proxy" { up = $2; sub(/^balancer:\/\//, "", up); sub(/\/*>$/, "", up) } k == "balancermember" && up != "" && !(up in one) { one[up] = $2 } k == "</proxy>" { up = "" }
    k == "proxy_pass" && $2 ~ /^https?:/ { put(loc, $2, 0) } k == "proxypass" { if ($2 ~ /^\//) put($2, $3, 1); else put(loc, $2, 1) }
    END { m = split(pages, want, " "); for (j = 1; j <= m; j++) { best = 0; for (i = 1; i <= n; i++) if (at[i] != "" && index(want[j], at[i]) == 1 && (!best || length(at[i]) > length(at[best]))) best = i
        if (best && to[best] ~ /^(http|balancer):/) { url(to[best]); p = want[j]; if (ap[best] || R != "") p = R substr(p, length(at[best]) + 1); if (p !~ /^\//) p = "/" p; if (!(B in done)) { done[B] = 1; print "b 1", B, p } } }
      for (i = 1; i <= n; i++) if (to[i] ~ /^(http|balancer):/) { url(to[i]); if (!(B in done)) { done[B] = 1; print "b 0", B, (R ~ /^\// ? R : "/") } } }' | head -n 4; }
# each is asked once, all at a time, for four seconds at most where little else is asked, else for one: d KNOWN ADDRESS PAGE CURL-EXIT STATUS CONNECTED TOTAL
y_direct() {
  has awk && has curl || { echo '! not-installed'; return; }
  pages=; w=$W; while [ -n "$w" ]; do x=${w%%,*}; case $w in *,*) w=${w#*,};; *) w=;; esac; case $x in on*[!a-h]*) continue;; on?*) ;; *) continue;; esac
    f=$(printf '%b' "$(printf '%s' "${x#on}" | sed -e 'y/abcdefgh/01234567/' -e 's/\([0-7]\)\([0-7]\)\([0-7]\)/\\0\1\2\3/g')"); case $f in *[!A-Za-z0-9/._~-]*) ;; /*) pages="$pages $f";; esac; done
  b=$(behind "$pages"); [ -n "$b" ] || { echo '! not-configured'; return; }
  m=4; wanted kern && m=1
  printf '%s\n' "$b" | { while read -r _ k u p; do case $u in /*) s="--unix-socket $u"; h=localhost;; *) s=; h=$u;; esac
    { o=$(curl -s -o /dev/null -m "$m" --noproxy '*' -A koboshi $s -w '%{http_code} %{time_connect} %{time_total}' "http://$h$p"; echo " $?"); echo "d $k $u $p ${o##* } ${o% *}"; } & done; wait; }; }

y_db() {
  w=; set +f; set -- /var/run/postgresql/.s.PGSQL.* /tmp/.s.PGSQL.*; set -f
  pg="select 'row', current_setting('server_version'), (select count(*) from pg_stat_activity), current_setting('max_connections'), (select coalesce(max(extract(epoch from now() - query_start)), 0) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()), (select count(*) from pg_locks where not granted), (select count(*) from pg_stat_activity where state like 'idle in%'), pg_is_in_recovery(), current_setting('default_transaction_read_only')"
  for s in "$@"; do case $s in *.lock) continue;; esac; [ -S "$s" ] || continue; w=1; has psql || { echo '! not-installed'; continue; }
    p=${s##*.}; h=${s%/*}; as=; [ "$U" = 0 ] && has setpriv && id postgres >/dev/null 2>&1 && as='setpriv --reuid=postgres --regid=postgres --clear-groups'
    o=$(PGCONNECT_TIMEOUT=2 PGOPTIONS='-c statement_timeout=1500' said 2 $as psql -w -X -A -t -q -F ' ' -h "$h" -p "$p" -d postgres -c "$pg" || echo "rc $?"); printf '%s\n' "$o" | cut -c1-300 | head -n 4 | each "pg $p"; done
  [ -z "$w" ] && there '/var/lib/postgresql/*/*/PG_VERSION' && { w=1; echo 'pg 5432 no such file: it is installed and has no socket'; }; set --
  m=; has mysql && m=mysql; has mariadb && m=mariadb
  if [ -n "$m" ] && { [ -S /run/mysqld/mysqld.sock ] || [ -S /var/run/mysqld/mysqld.sock ] || [ -S /var/lib/mysql/mysql.sock ] || [ -r "${HOME:-/}/.my.cnf" ]; }; then w=1
    o=$(said 2 $m --connect-timeout=1 -f -N -B -e "select 'version', version(); show global status where variable_name in ('Threads_connected', 'Threads_running', 'Max_used_connections'); show global variables where variable_name in ('max_connections', 'read_only', 'super_read_only'); select 'longest', coalesce(max(time), 0) from information_schema.processlist where command = 'Query' and id <> connection_id(); select 'waiting', count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'"; echo "rc $?"); printf '%s\n' "$o" | cut -c1-200 | head -n 14 | each my
  elif there /var/lib/mysql/ibdata1; then w=1; echo 'my no such file: it is installed and has no socket'; fi
  [ -n "$w" ] || echo '! not-installed'; }

y_mail() {
  w=; if has postqueue; then w=1; o=$({ t 2 postqueue -j || { [ -n "$SUDO" ] && r 2 postqueue -j; }; } | head -n 20000)
    printf '%s\n' "$o" | sed -n 's/^{"queue_name": "\([a-z]*\)".*/\1/p' | sort | uniq -c | sed 's/^ *\([0-9]*\) \(.*\)/queue \2 \1/'; [ -z "$o" ] && echo 'queue none 0'
    printf '%s\n' "$o" | sed -n 's/.*"arrival_time": \([0-9]*\).*/\1/p' | sort -n | sed -n '1s/^/oldest /p'
    printf '%s\n' "$o" | sed -n 's/.*"delay_reason": "\([^"]*\)".*/\1/p' | sed 's/[0-9A-F]\{10,\}/*/g' | cut -c1-160 | sort | uniq -c | sort -rn | head -n 5 | sed 's/^ */reason /'
    printf '%s\n' "$o" | sed -n 's/.*"sender": "\([^"]*\)".*/\1/p' | cut -c1-100 | sort | uniq -c | sort -rn | head -n 5 | sed 's/^ */sender /'
  elif has exim4 || has exim; then w=1; e=exim; has exim4 && e=exim4; o=$(t 1 $e -bpc || r 1 $e -bpc) && echo "queue all $o"; fi
  if has doveadm; then w=1; if o=$(r 1 doveadm who); then has awk && printf '%s\n' "$o" | awk 'NR > 1 { u++; n += $2 } END { print "who", u + 0, n + 0 }'
      # fullest first: quota USER KIND VALUE LIMIT
      has awk && o=$(r 1 doveadm quota get -A) && printf '%s\n' "$o" | awk 'NR > 1 { l = $(NF - 1); v = $(NF - 2); if (l + 0 > 0) print int(v * 100 / l), $1, $(NF - 3), v, l }' | sort -rn | head -n 10 | each quota
    elif barred doveadm who; then echo '! needs-root'; fi; fi
  [ -n "$w" ] || echo '! not-installed'; }

y_changed() {
  d=; for f in /etc /var/www /srv /opt /usr/share/nginx/html /usr/local/etc /var/spool/cron; do [ -d "$f" ] && d="$d $f"; done
  has find && has stat || { echo '! not-installed'; return; }
  o=$(t 1 find $d -xdev -type f -mmin -120 -exec stat -c 'c %Y %n' {} +; echo "rc $?"); case $o in *'rc 137'|*'rc 124') echo '! timeout';; esac
  printf '%s\n' "$o" | grep '^c ' | sort -k2,2nr | cut -c1-240 | head -n 30
  [ -r /var/log/dpkg.log ] && tail -c 200000 /var/log/dpkg.log | grep -E ' (install|upgrade|remove|purge) ' | tail -n 15 | each dpkg
  for f in /var/log/dnf.rpm.log /var/log/yum.log; do [ -r "$f" ] && tail -c 100000 "$f" | grep -E '(Installed|Upgrade|Updated|Erased?|Removed)' | tail -n 15 | cut -c1-160 | each rpm; done
  has rpm && [ ! -r /var/log/dpkg.log ] && t 1 rpm -qa --last | head -n 10 | each rpmlast; :; }

# a folder and, unless they are many, the folders right in it: a line each
counted='$1 == "rc" { r = $2; next }
  match($0, /^[0-9]+ [0-9.]+ /) { n++; s += $1; if ($2 + 0 > m) m = $2 + 0
    d = substr($0, RLENGTH + 1); i = index(d, "/"); if (i < 2) next; d = substr(d, 1, i - 1); if (d ~ /[[:cntrl:]]/) next
    if (!(d in c)) k++; c[d]++; b[d] += $1; if ($2 + 0 > l[d]) l[d] = $2 + 0 }
  END { w = (r == 0 || r == 1); f = ENVIRON["F"]; g = f; if (g == "") g = "/"; printf "%s %d %.0f %d %s\n", w ? "dir" : "slow", n, s, m, g
    if (w && k <= 30) for (d in c) printf "dir %d %.0f %d %s/%s\n", c[d], b[d], l[d], f, d }'
# folders are named in letters, three for each byte: octal, a for 0
y_data() {
  n=; w=$W; while [ -n "$w" ]; do x=${w%%,*}; case $w in *,*) w=${w#*,};; *) w=;; esac; case $x in at*[!a-h]*) continue;; at?*) ;; *) continue;; esac
    f=$(printf '%b' "$(printf '%s' "${x#at}" | sed -e 'y/abcdefgh/01234567/' -e 's/\([0-7]\)\([0-7]\)\([0-7]\)/\\0\1\2\3/g')"); n=1
    case $f in /*) ;; *) continue;; esac
    if [ -d "$f" ]; then
      if [ ! -r "$f" ] || [ ! -x "$f" ]; then echo "denied $f"; continue; fi
      { t 1 find "$f" -xdev -type f -printf '%s %T@ %P\n'; echo "rc $?"; } | F=${f%/} awk "$counted"
    elif [ -e "$f" ]; then echo "file $(stat -L -c '%s %Y' "$f" || echo '- -') $f"
    else d=${f%/*}; if [ -d "${d:-/}" ] && [ ! -x "${d:-/}" ]; then echo "denied $f"; else echo "gone $f"; fi; fi; done
  [ -n "$n" ] || echo '! not-configured'; }

y_integrity() {
  [ "$U" = 0 ] || { echo '! needs-root'; return; }
  e=; for p in $(listening); do x=$(readlink "/proc/$p/exe") || continue; case " $e " in *" $x "*) ;; *) e="$e $x";; esac; done
  e=$(printf '%s\n' $e | grep '^/' | head -n 8); [ -n "$e" ] || { echo none; return; }
  if has dpkg; then k=$(t 1 dpkg -S $e $(printf '%s\n' $e | sed -n 's,^/usr/,/,p') | sed 's/: .*//' | sort -u | head -n 8); [ -n "$k" ] || { echo none; return; }
    for x in $k; do now; [ $((N - Y0)) -gt 240 ] && { echo '! timeout'; return; }; o=$(t 1 dpkg -V "$x"; echo "rc $?"); case $o in *'rc 137'|*'rc 124') echo "slow $x";; *) echo "checked $x";; esac
      printf '%s\n' "$o" | grep -E '^(.........|missing) +(c |/(usr/)?s?bin/|/(usr/)?lib)' | head -n 15 | each v; done
  elif has rpm; then for x in $e; do o=$(t 1 rpm -Vf --nodeps --noscripts "$x"; echo "rc $?"); case $o in *'rc 137'|*'rc 124') echo "slow $x";; *) echo "checked $x";; esac
      printf '%s\n' "$o" | grep -E '^(.........|missing) +(c |/(usr/)?s?bin/|/(usr/)?lib)' | head -n 15 | each v; done
  else echo '! not-installed'; fi; }

y_auth() {
  o=; s=; for f in /var/log/auth.log /var/log/secure; do [ -e "$f" ] || continue; s=$f; o=$(t 1 tail -c 400000 "$f" || r 1 tail -c 400000 "$f") && break; o=; done
  if [ -z "$o" ] && journal && has journalctl; then s=journal; o=$(t 1 journalctl -q --no-pager -o short-iso -n 2000 -t sshd -t sshd-session); fi
  [ -n "$s" ] || { echo '! no-record'; return; }; [ -n "$o" ] || [ ! -s "$s" ] || { echo '! needs-root'; return; }
  o=$(printf '%s\n' "$o" | grep -a -E 'sshd(-session)?\[[0-9]+\]: (Accepted|Failed|Invalid user)'); echo "from $s"
  printf '%s\n' "$o" | grep -a ': Accepted ' | tail -n 15 | cut -c1-200 | each a
  echo "failed $(printf '%s\n' "$o" | grep -a -c ': Failed ')"; printf '%s\n' "$o" | sed -n 's/.*: Failed .* from \([^ ]*\) port.*/\1/p' | sort | uniq -c | sort -rn | head -n 8 | sed 's/^ */by /'
  printf '%s\n' "$o" | grep -a ': Failed ' | tail -n 3 | cut -c1-200 | each f; }

wanted() { case ",$V," in *,all,*|*",$1,"*) return 0;; esac; return 1; }
# an answer is short, and none begins when the three seconds are nearly over
answer() {
  wanted "$1" || return 0
  now; b=$v; printf '@@why%s\n' "$1"; c=4000; case $1 in kern) c=12000;; procs|limits|units|data) c=7000;; web) c=5000;; esac
  if [ $((N - Y0)) -gt ${L:-240} ]; then echo '! timeout'; else o=$("y_$1" 2>/dev/null | head -c $c); printf '%s\n' "$o"; [ ${#o} -ge $((c - 1)) ] && printf '\n! too-long\n'; fi
  now; printf '@@/why%s %s %s\n' "$1" "$b" "$v"; }
twice() { [ -n "$S2" ] || return 0; now; [ $((N - Y0)) -lt 100 ] && { sleep "0.$(printf '%02d' $((99 - N + Y0)))" 2>/dev/null || sleep 1; }
  L=600; for S in vmstat limits procs nic; do answer $S; done; L=; S2=; }
why() {
  now; Y0=$N; V=; for S in vmstat nic limits procs pressure kern smart fw units web fpm direct db mail changed data integrity auth; do case ",$W," in *",$S,"*) V="$V,$S";; esac; done; V="${V:-,all},"
  echo @@why; echo "uid $U"; echo "@@/why $v $v"; S2=; for S in vmstat nic limits procs; do wanted $S && { S2=1; eval "A_$S=\$(a_$S 2>/dev/null)"; }; done
  # what is quick fills the second between the samples; where these took it already, the machine is busy, and they tell with what
  now; [ $((N - Y0)) -lt 100 ] || twice
  for S in pressure kern units fw db web fpm auth; do answer $S; done; twice; for S in smart changed data mail integrity direct; do answer $S; done; }

look() {
  case ",$W," in *,why,*) why; return;; esac
  sec counters; case ",$W," in *,twice,*) W=$W,again; sec again;; esac
  for S in ident system memory disks units procs ports clock oom cron certs netdisks updates; do sec $S; done
  has look_snapshot && look_snapshot; }
# this text comes by standard input: nothing it calls may read from there
look </dev/null
printf '@@end %s\n' "$(date +%s)"
