/** Looks once more, at the very moment of the first write. $1: the scratch folder, $2: the drill's id, $3: the machine-id judged. */
export const claimScript = String.raw`if [ -n "$3" ]; then
  [ "$(head -n 1 /etc/machine-id)" = "$3" ] || { echo 'another machine answers by now' >&2; exit 1; }
  [ ! -e /etc/koboshi-production ] && [ -e /etc/koboshi-drill ] || { echo '/etc/koboshi-production, /etc/koboshi-drill' >&2; exit 1; }
fi
umask 022
mkdir -p "$(dirname "$1")" && mkdir -m 700 "$1" && printf %s "$2" > "$1/claim" && mkdir "$1/root"
`;

/**
 * Holds the room and outlives whoever asked for it: when the hub or the line to it is gone, the room ends with its
 * standard input, and what was restored does not linger. $1: the scratch folder, $2: the room's own script.
 */
export const holderScript = String.raw`S=$1
trap '' HUP INT TERM PIPE
unshare --mount --net --pid --uts --ipc --fork --kill-child sh -c "$2" koboshi-drill "$S" || exit
for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; rm -rf --one-file-system -- "$S" && exit; done
`;

/**
 * Prepares the closed room from inside new mount, network, pid and uts namespaces, then waits until its standard input
 * ends: when whoever holds it dies, the first process of the pid namespace ends and everything in it with it.
 * $1: the scratch folder. Every address is local to the room, so that nothing has a way out even without a firewall;
 * the firewall refuses and remembers what was tried. Sockets of the machine's own servers are hidden with /run and /tmp;
 * what is temporary lies on the disk, for a database that is loaded to be looked at may be larger than the memory.
 */
export const roomScript = String.raw`set -e
S=$1
read -r OUTER _ < /proc/self/stat
PATH=$PATH:/usr/sbin:/sbin; export PATH
mount --make-rprivate /
ip link set lo up
ip route add local default dev lo
ip -6 route add local default dev lo 2>/dev/null || :
nft -f - <<'N'
table inet koboshi {
  set mail { type ipv4_addr . inet_service; flags dynamic; size 4096; }
  set tried { type ipv4_addr . inet_proto . inet_service; flags dynamic; size 4096; }
  set tried6 { type ipv6_addr . inet_proto . inet_service; flags dynamic; size 4096; }
  chain out {
    type filter hook output priority 0; policy drop;
    ct state established,related accept
    ip daddr 127.0.0.0/8 accept
    ip6 daddr ::1 accept
    tcp dport { 25, 465, 587 } add @mail { ip daddr . tcp dport } accept
    meta l4proto { tcp, udp } add @tried { ip daddr . meta l4proto . th dport } reject
    meta l4proto { tcp, udp } add @tried6 { ip6 daddr . meta l4proto . th dport } reject
  }
}
N
mkdir -p "$S/hidden" "$S/room"
mount --bind "$S" "$S/room"
mount -t tmpfs -o mode=755 koboshi-drill /run
mkdir -p /run/koboshi-drill
mount --move "$S/room" /run/koboshi-drill
mount -t tmpfs -o mode=1777 koboshi-drill /dev/shm
for d in /tmp /var/tmp; do
  mkdir -p "/run/koboshi-drill/disk$d"; chmod 1777 "/run/koboshi-drill/disk$d"
  mount --bind "/run/koboshi-drill/disk$d" "$d"
done
awk '{print $2}' /proc/self/mounts | sort -u | while read -r m; do
  case "$m" in /run*|/tmp|/var/tmp|/dev/shm|/dev/pts|/proc*) continue;; esac
  mount -o remount,bind,ro "$m" 2>/dev/null || :
done
case "$S" in /run/*|/tmp/*|/var/tmp/*|/dev/shm/*) mkdir -p "$S";; esac
mount --move /run/koboshi-drill "$S"
for d in dev proc sys; do mkdir -p "$S/root/$d"; done
mount --bind "$S/hosts" /etc/hosts
: > "$S/resolv.conf"; mount --bind "$S/resolv.conf" /etc/resolv.conf 2>/dev/null || :
for p in /usr/sbin/cron /usr/sbin/crond /usr/sbin/anacron /usr/sbin/atd; do
  [ -e "$p" ] && mount --bind "$S/refuse" "$p"
done
for p in /usr/sbin/sendmail /usr/lib/sendmail; do
  [ -e "$p" ] && mount --bind "$S/sendmail" "$(readlink -f "$p")"
done
mount -t proc proc /proc
mount -t proc proc "$S/root/proc"
mount --rbind /dev "$S/root/dev"
printf 'ready %s\n' "$OUTER"
exec cat > /dev/null
`;

/** Takes every letter, throws it away and writes one line for each: a mail server that delivers nowhere. */
export const mailSinkProgram = String.raw`
const net = require("net"), fs = require("fs");
const book = process.argv[1];
for (const port of [25, 465, 587]) net.createServer((socket) => {
  let letter = false, line = "", to = [];
  socket.on("error", () => socket.destroy());
  socket.write("220 koboshi drill: nothing leaves this place\r\n");
  socket.on("data", (chunk) => {
    line = (line + chunk.toString("latin1")).slice(-65536);
    for (let end; (end = line.indexOf("\r\n")) >= 0; line = line.slice(end + 2)) {
      const word = line.slice(0, end);
      if (letter) {
        if (word !== ".") continue;
        letter = false;
        fs.appendFileSync(book, JSON.stringify({ by: "smtp", to: to.slice(0, 20) }) + "\n");
        to = [];
        socket.write("250 thrown away\r\n");
      } else if (/^DATA/i.test(word)) { letter = true; socket.write("354 go on\r\n"); }
      else if (/^QUIT/i.test(word)) socket.end("221 bye\r\n");
      else { if (/^RCPT TO/i.test(word)) to.push(word.slice(8, 208)); socket.write("250 ok\r\n"); }
    }
  });
}).listen(port, "0.0.0.0");
`;

/** Stands where sendmail was. */
export const sendmailScript = (book: string): string =>
  `#!/bin/sh\ncat > /dev/null\nprintf '{"by":"sendmail","to":[]}\\n' >> '${book}'\n`;

/** Stands where cron was. */
export const refuseScript = "#!/bin/sh\necho 'koboshi drill: not during a drill' >&2\nexit 1\n";

/** Asks from inside whether the room is closed; documentation addresses, so that an open room harms nobody. */
export const roomQuestions = String.raw`S=$1; shift
if timeout 3 bash -c 'exec 3<>/dev/tcp/203.0.113.9/443' 2>/dev/null; then echo egress open; else echo egress closed; fi
mail=$(timeout 3 bash -c 'exec 3<>/dev/tcp/198.51.100.7/25 || exit 0; read -r l <&3; printf "%s" "said $l"' 2>/dev/null)
case "$mail" in ''|"said 220 koboshi drill"*) echo mail closed;; *) echo mail open;; esac
for n in "$@"; do a=$(getent ahosts "$n" | awk '{print $1; exit}'); case "$a" in 192.0.2.1|127.*|'') ;; *) echo "reachable $n";; esac; done
echo names done
live=0; for p in /usr/sbin/cron /usr/sbin/crond /usr/sbin/anacron /usr/sbin/atd; do
  [ -e "$p" ] || continue; cmp -s "$p" "$S/refuse" || live=1; done
[ $live = 0 ] && echo cron masked || echo cron live
echo "clock $(date +%s)"
[ -r "$S/claim" ] && echo "claim $(head -c 100 "$S/claim")"
`;
