import type { Lang } from "../kernel/lang.ts";
import type { HostFinding } from "../kernel/ports-hosts.ts";
import { catalogue } from "./catalogue.ts";
import { dateTime } from "./format.ts";

const words = catalogue(
  {
    diskFull: (mount: string, used: string, free: string) => `${mount} の使用率が ${used} です(空き ${free})`,
    diskFullNext: (mount: string) => `大きいものを探します: du -xh ${mount} 2>/dev/null | sort -h | tail -20`,
    inodesFull: (mount: string, used: string) =>
      `${mount} の inode の使用率が ${used} です(空きがあってもファイルを作れなくなります)`,
    inodesFullNext: (mount: string) =>
      `ファイルの多いフォルダーを探します: du -x --inodes ${mount} | sort -n | tail -20`,
    diskReadOnly: (mount: string) => `${mount} が読み取り専用になっています(fstab では書き込めるはず)`,
    diskReadOnlyNext: "dmesg | tail でディスクのエラーを確かめます。先に再マウントや fsck をしないでください",
    memoryLow: (free: string, total: string) => `使えるメモリが ${free} しかありません(全 ${total})`,
    memoryLowNext: "使っているプロセスを見ます: ps aux --sort=-rss | head",
    swapFull: (used: string) => `スワップの使用率が ${used} です`,
    swapFullNext: "入れ替えが続いているか(si, so)を見ます: vmstat 1 5",
    loadHigh: (one: string, cores: string) => `負荷が ${one} です(${cores} コア)`,
    loadHighNext: "CPU かディスク待ちかを見ます: top(1 でコアごと、wa がディスク待ち)",
    cpuSteal: (ratio: string) => `CPU の ${ratio} をほかの仮想マシンに取られています(steal)`,
    cpuStealNext: "数分続くときは、時刻と値を添えて業者に問い合わせてください",
    clockOff: (offset: string, doubt: string, way: string) => `時計が ${offset}${way}います(±${doubt})`,
    ahead: "進んで",
    behind: "遅れて",
    clockOffFine: (service: string) => `。${service} 自身は同期していると言っています`,
    clockOffNext:
      "同期元を確かめます: chronyc -n sources(時計を合わせると、飛ばした cron がまとめて動くことがあります)",
    clockOffNextElse:
      "時刻同期の様子を確かめます: timedatectl(時計を合わせると、飛ばした cron がまとめて動くことがあります)",
    serviceNone: "時刻を合わせる仕組みが入っていません",
    serviceNoneNext: "chrony を入れてください",
    serviceStopped: (service: string) => `${service} が止まっています。時計は少しずつずれていきます`,
    serviceStoppedNext: (service: string) =>
      `起動し、自動起動も有効にします: systemctl enable --now ${service}(systemd でなければ service ${service} start)`,
    serviceNoSource: (service: string) => `${service} は動いていますが、合わせる相手がいません`,
    serviceNoSourceNext: "相手に届くか(UDP 123)を見ます: chronyc -n sources または ntpq -pn",
    serviceNotAtBoot: (service: string) => `${service} は次の再起動のあと動きません(自動起動が無効)`,
    serviceNotAtBootNext: (service: string) => `有効にします: systemctl enable ${service}`,
    unitFailed: (unit: string) => `${unit} が失敗して止まっています`,
    unitFailedNext: (unit: string) => `理由を読みます: systemctl status ${unit}; journalctl -u ${unit} -n 30`,
    unitStopped: (unit: string) => `動いているはずの ${unit} が動いていません`,
    unitMissing: (unit: string) => `動いているはずの ${unit} が、このサーバーにはありません`,
    zombies: (count: string) => `終わったのに片付けられないプロセスが ${count} あります(ゾンビ)`,
    zombiesNext: "親のプロセスを調べます: ps -eo ppid,stat,comm | grep ' Z'",
    stuck: (count: string) => `ディスクなどを待って動けないプロセスが ${count} あります(D 状態)`,
    stuckNext: "待っている相手を見ます: ps -eo pid,stat,wchan:20,comm | grep ' D'(NFS の切断、ディスクの故障など)",
    oomKill: (count: string, process: string, time: string) =>
      `メモリ不足でこの24時間に ${count} 回プロセスが強制終了されました(最後は ${process} ${time})`,
    oomKillNext: "終了された側が動き直しているか、何がメモリを使ったかを見ます: dmesg -T | grep -i oom",
    jobMissed: (line: string, due: string) => `${due} の予定が動いていません: ${line}`,
    jobMissedNext: (where: string) => `${where} を確かめ、二度動かしてよい処理なら手で動かします`,
    cronStopped: (daemon: string) => `${daemon} が止まっているため、予定された処理は1つも動きません`,
    cronStoppedNext: (daemon: string) => `起動します: systemctl start ${daemon} または service ${daemon} start`,
    certificateEnds: (path: string, days: string) => `証明書があと ${days} 日で切れます: ${path}`,
    certificateEnded: (path: string) => `証明書の期限が切れています: ${path}`,
    certificateNext: "更新の仕組み(certbot renew など)が最後に動いた結果を確かめます",
    other: (kind: string) => kind,
  },
  {
    diskFull: (mount: string, used: string, free: string) => `${mount} is ${used} full (${free} free)`,
    diskFullNext: (mount: string) => `find what is big: du -xh ${mount} 2>/dev/null | sort -h | tail -20`,
    inodesFull: (mount: string, used: string) =>
      `${used} of the inodes of ${mount} are used: no new files, though there is space`,
    inodesFullNext: (mount: string) => `find the folders with most files: du -x --inodes ${mount} | sort -n | tail -20`,
    diskReadOnly: (mount: string) => `${mount} has become read-only (fstab wants it writable)`,
    diskReadOnlyNext: "look for disk errors: dmesg | tail. Neither remount nor fsck before that",
    memoryLow: (free: string, total: string) => `only ${free} of ${total} memory is available`,
    memoryLowNext: "see who uses it: ps aux --sort=-rss | head",
    swapFull: (used: string) => `${used} of the swap is used`,
    swapFullNext: "see whether it goes on (si, so): vmstat 1 5",
    loadHigh: (one: string, cores: string) => `the load is ${one} on ${cores} cores`,
    loadHighNext: "tell CPU from waiting for disks: top (1 for each core, wa is waiting)",
    cpuSteal: (ratio: string) => `other virtual machines take ${ratio} of the CPU (steal)`,
    cpuStealNext: "when it lasts for minutes, ask the provider, with times and figures",
    clockOff: (offset: string, doubt: string, way: string) => `the clock is ${offset} ${way} (±${doubt})`,
    ahead: "ahead",
    behind: "behind",
    clockOffFine: (service: string) => `, though ${service} calls itself synchronised`,
    clockOffNext: "look at its sources: chronyc -n sources (setting the clock may start every cron job it skipped)",
    clockOffNextElse: "look at the time service: timedatectl (setting the clock may start every cron job it skipped)",
    serviceNone: "nothing is installed that keeps the clock right",
    serviceNoneNext: "install chrony",
    serviceStopped: (service: string) => `${service} is not running; the clock drifts`,
    serviceStoppedNext: (service: string) =>
      `start it, at boot as well: systemctl enable --now ${service} (without systemd: service ${service} start)`,
    serviceNoSource: (service: string) => `${service} runs and has nobody to follow`,
    serviceNoSourceNext: "see whether its sources can be reached (UDP 123): chronyc -n sources or ntpq -pn",
    serviceNotAtBoot: (service: string) => `${service} will not start at the next boot`,
    serviceNotAtBootNext: (service: string) => `enable it: systemctl enable ${service}`,
    unitFailed: (unit: string) => `${unit} has failed`,
    unitFailedNext: (unit: string) => `read why: systemctl status ${unit}; journalctl -u ${unit} -n 30`,
    unitStopped: (unit: string) => `${unit} should run and does not`,
    unitMissing: (unit: string) => `${unit} should run and is not on this machine`,
    zombies: (count: string) => `${count} processes have ended and nobody collects them (zombies)`,
    zombiesNext: "look at their parents: ps -eo ppid,stat,comm | grep ' Z'",
    stuck: (count: string) => `${count} processes wait for a device and cannot go on (state D)`,
    stuckNext: "see for what: ps -eo pid,stat,wchan:20,comm | grep ' D' (a dead NFS server, a failing disk …)",
    oomKill: (count: string, process: string, time: string) =>
      `for want of memory the kernel killed ${count} in 24 h (last ${process}, ${time})`,
    oomKillNext: "see whether it runs again and what took the memory: dmesg -T | grep -i oom",
    jobMissed: (line: string, due: string) => `due ${due} and not run: ${line}`,
    jobMissedNext: (where: string) => `look at ${where}; run it by hand if it may run twice`,
    cronStopped: (daemon: string) => `${daemon} is not running, so no scheduled job runs at all`,
    cronStoppedNext: (daemon: string) => `start it: systemctl start ${daemon} or service ${daemon} start`,
    certificateEnds: (path: string, days: string) => `a certificate ends in ${days} days: ${path}`,
    certificateEnded: (path: string) => `a certificate has expired: ${path}`,
    certificateNext: "see how its renewal ended the last time (certbot renew …)",
    other: (kind: string) => kind,
  },
);

/** A finding as people read it. */
export interface FindingText {
  /** without a full stop */
  readonly sentence: string;
  /** one thing to do */
  readonly next: string;
}

export interface FindingPlace {
  readonly lang: Lang;
  /** of the machine: the times of its jobs are its own */
  readonly timeZone: string;
}

type Say = ReturnType<typeof words>;
type Teller = (facts: Told, say: Say) => FindingText;

/** The facts of one finding, as texts. */
interface Told {
  readonly item: string;
  text(name: string): string;
  number(name: string): number;
  percent(name: string): string;
  size(name: string): string;
  time(name: string): string;
}

const tellers: Readonly<Record<string, Teller>> = {
  "disk-full": ({ item, percent, size }, say) => ({
    sentence: say.diskFull(item, percent("usedRatio"), size("freeBytes")),
    next: say.diskFullNext(item),
  }),
  "inodes-full": ({ item, percent }, say) => ({
    sentence: say.inodesFull(item, percent("usedRatio")),
    next: say.inodesFullNext(item),
  }),
  "disk-read-only": ({ item }, say) => ({ sentence: say.diskReadOnly(item), next: say.diskReadOnlyNext }),
  "memory-low": ({ size }, say) => ({
    sentence: say.memoryLow(size("availableBytes"), size("totalBytes")),
    next: say.memoryLowNext,
  }),
  "swap-full": ({ percent }, say) => ({ sentence: say.swapFull(percent("usedRatio")), next: say.swapFullNext }),
  "load-high": ({ number, text }, say) => ({
    sentence: say.loadHigh(number("one").toFixed(2), text("cores")),
    next: say.loadHighNext,
  }),
  "cpu-steal": ({ percent }, say) => ({ sentence: say.cpuSteal(percent("ratio")), next: say.cpuStealNext }),
  "clock-off": tellClock,
  "time-service": tellService,
  "unit-failed": ({ item }, say) => ({ sentence: say.unitFailed(item), next: say.unitFailedNext(item) }),
  "unit-stopped": ({ item, text }, say) => ({
    sentence: text("active") === "missing" ? say.unitMissing(item) : say.unitStopped(item),
    next: say.unitFailedNext(item),
  }),
  zombies: ({ text }, say) => ({ sentence: say.zombies(text("count")), next: say.zombiesNext }),
  "stuck-processes": ({ text }, say) => ({ sentence: say.stuck(text("count")), next: say.stuckNext }),
  "oom-kill": ({ text, time }, say) => ({
    sentence: say.oomKill(text("count"), text("process"), time("lastAtMs")),
    next: say.oomKillNext,
  }),
  "job-missed": ({ item, text, time }, say) => ({
    sentence: say.jobMissed(text("line"), time("lastDueAtMs")),
    next: say.jobMissedNext(item),
  }),
  "cron-stopped": ({ text }, say) => ({
    sentence: say.cronStopped(text("daemon")),
    next: say.cronStoppedNext(text("daemon")),
  }),
  "certificate-ends": ({ item, number, text }, say) => ({
    sentence: number("daysLeft") < 0 ? say.certificateEnded(item) : say.certificateEnds(item, text("daysLeft")),
    next: say.certificateNext,
  }),
};

function tellClock({ number, text }: Told, say: Say): FindingText {
  const offset = number("offsetSeconds");
  const way = offset > 0 ? say.ahead : say.behind;
  const isBlind = text("synchronised") === "true";
  const said = say.clockOff(secondsText(Math.abs(offset)), secondsText(number("uncertaintySeconds")), way);
  return {
    sentence: isBlind ? `${said}${say.clockOffFine(text("service"))}` : said,
    next: text("service") === "chronyd" ? say.clockOffNext : say.clockOffNextElse,
  };
}

function tellService({ text }: Told, say: Say): FindingText {
  const service = text("service");
  const problem = text("problem");
  if (problem === "none") return { sentence: say.serviceNone, next: say.serviceNoneNext };
  if (problem === "stopped") return { sentence: say.serviceStopped(service), next: say.serviceStoppedNext(service) };
  if (problem === "no-source") return { sentence: say.serviceNoSource(service), next: say.serviceNoSourceNext };
  return { sentence: say.serviceNotAtBoot(service), next: say.serviceNotAtBootNext(service) };
}

/** What is wrong and what to do about it. A kind of a newer version is shown by its name. */
export function findingText({ kind, item, facts }: HostFinding, { lang, timeZone }: FindingPlace): FindingText {
  const say = words(lang);
  const teller = tellers[kind];
  if (teller === undefined) return { sentence: say.other(item === null ? kind : `${kind} ${item}`), next: "" };
  const number = (name: string): number => Number(facts[name] ?? 0);
  const told: Told = {
    item: item ?? "",
    text: (name) => String(facts[name] ?? "—"),
    number,
    percent: (name) => ratioText(number(name)),
    size: (name) => sizeText(number(name)),
    time: (name) => (typeof facts[name] === "number" ? dateTime(number(name), timeZone, lang) : "—"),
  };
  return teller(told, say);
}

/** `98 %`; what is not quite full never reads `100 %`. */
export function ratioText(ratio: number): string {
  const percent = Math.round(ratio * 100);
  return `${ratio < 1 ? Math.min(99, percent) : percent} %`;
}

const sizeUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `76.5 GiB`, as `df -h` counts. */
export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(sizeUnits.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${sizeUnits[power] ?? ""}`;
}

/** `3:00:01` from a minute on, `2.41 s`, `12 ms`. */
export function secondsText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 3_600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
