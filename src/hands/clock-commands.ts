import { shellWord, shellWords } from "../kernel/shell-word.ts";

/** A source is chosen even when the clock is hours off, so that the step knows where to go. */
export const burstCommand = [
  "chronyc -a 'burst 4/4' || exit 1",
  "i=0; until chronyc -n sources | grep '^^[*]'; do i=$((i+1)); [ $i -le 15 ] || { chronyc -n sources; exit 1; }; sleep 1; done",
].join("\n");

export const makestepCommand = "chronyc -a makestep";

/** Ends with an error when no source answers within 20 s. */
export function chronyOnce(configuration: string | null): string {
  return `chronyd -q -t 20 -f ${shellWord(configuration ?? "/etc/chrony.conf")}`;
}

/** The fifth field is how far the clock is off; other fields look well on a clock that is hours off. */
export const chronyVerify = [
  "chronyc waitsync 6 0.1 0 5 || exit 1",
  'chronyc -n -c tracking | awk -F, \'{ d = $5 < 0 ? -$5 : $5; print "offset " $5 " s"; exit !(NF > 5 && d < 0.1) }\'',
].join("\n");

/** `-g` lifts the limit of 1000 s, `-q` sets the clock once and ends. */
export function ntpOnce(servers: readonly string[]): string {
  return servers.length === 0 ? "ntpd -gq" : `ntpd -gq || ntpdate -b ${shellWords(servers)}`;
}

/** Five answers 64 s apart may be needed until a source is chosen. */
export const ntpVerify = [
  "i=0; until ntpq -pn | grep '^[*]'; do i=$((i+1)); [ $i -le 66 ] || { ntpq -pn; exit 1; }; sleep 5; done",
  'ntpq -pn | awk \'/^[*]/ { d = $9 < 0 ? -$9 : $9; print "offset " $9 " ms, reach " $7; good = d <= 100 && $7 != 0 } END { exit !good }\'',
].join("\n");

/** Both spellings of `timedatectl`, with `timesync-status` where it exists. */
export const timesyncVerify = [
  "i=0; until timedatectl | grep -i 'synchronized: yes'; do i=$((i+1)); [ $i -le 30 ] || { timedatectl; exit 1; }; sleep 2; done",
  "timedatectl timesync-status 2>/dev/null || :",
].join("\n");

export const portIsFree = "UDP 123 is free";

/** Who does not let go of the port though it was told to stop is asked once more by a signal it can follow; never by one it cannot. */
export const freePortCommand = `port() { awk '$2 ~ /:007B$/ { print $10 }' /proc/net/udp /proc/net/udp6 2>/dev/null; }
holders() { for n in $(port); do ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v s="socket:[$n]" '/^\\/proc\\// { split($0, p, "/") } $NF == s { print p[3] }'; done | sort -u; }
name() { sed -n 's/^Name:[[:space:]]*//p' "/proc/$1/status"; }
i=0
while [ -n "$(port)" ]; do
  i=$((i+1))
  if [ $i = 10 ]; then for p in $(holders); do case $(name "$p") in ntpd|chronyd|ntpdate|openntpd|sntp) echo "asking $p to end"; kill "$p";; esac; done; fi
  if [ $i -gt 30 ]; then for p in $(holders); do echo "UDP 123 is held by $(name "$p"), process $p"; done; exit 1; fi
  sleep 1
done
echo '${portIsFree}'`;

export const rtcCommand = "hwclock --systohc";
