import { signedLength, type Found, type SaidInBoth } from "./aftercare-words.ts";

const machineKinds: Readonly<Record<string, { readonly ja: string; readonly en: string }>> = {
  replaced: { ja: "別の機械に入れ替わっています", en: "it is another machine" },
  "machine-id": { ja: "機械の番号(machine-id)が変わっています", en: "its machine id is another one" },
  rekeyed: { ja: "SSH ホスト鍵が変わっています", en: "its SSH host key is another one" },
  cloned: { ja: "ほかのホストの複製です", en: "it is a copy of another host" },
  moved: { ja: "別のハードウェアに移っています", en: "it was moved to other hardware" },
};

function machine(found: Found, lang: "ja" | "en"): string {
  const kind = machineKinds[found.text("kind")]?.[lang] ?? (lang === "ja" ? "違いがあります" : "it is not the same");
  return found.items.length === 0 ? kind : lang === "ja" ? `${kind}(${found.some()})` : `${kind} (${found.some()})`;
}

const timeProblems: Readonly<Record<string, { readonly ja: string; readonly en: string }>> = {
  stopped: { ja: "停止しています", en: "stopped" },
  "not-at-boot": { ja: "次の起動で始まりません", en: "will not start at the next boot" },
  "no-source": { ja: "参照先と同期していません", en: "has no source" },
  several: { ja: "2つ以上が有効です", en: "more than one is enabled" },
};

function timeDaemons(found: Found, lang: "ja" | "en"): string {
  const named = found.all("daemons");
  return named === "" ? (lang === "ja" ? "時刻合わせのサービス" : "time service") : named;
}

function timeProblem(found: Found, lang: "ja" | "en"): string {
  return timeProblems[found.text("problem")]?.[lang] ?? found.text("problem");
}

/** Checks of what the machine is, of its clock and of how it is reached. */
export const hostChecks: Readonly<Record<string, SaidInBoth>> = {
  reachable: {
    ja: {
      title: "どこからも届くか",
      compared: "作業の前に届いていた観測地点",
      pass: "前と同じ場所から届きます",
      bad: (f) =>
        f.number("lossPercent") > 0 && f.count > 0 && f.all("seenFrom") !== ""
          ? `届かない、または応答が失われています(${f.some()}、損失 ${f.number("lossPercent")}%)`
          : `${f.some()} から届きません`,
      short: (f) => `${f.some()} から不達`,
    },
    en: {
      title: "Reachable from everywhere",
      compared: "the places that reached it before the work",
      pass: "it is reached from the same places",
      bad: (f) =>
        f.number("lossPercent") > 0 && f.count > 0 && f.all("seenFrom") !== ""
          ? `not reached, or answers are lost (${f.some()}, ${f.number("lossPercent")} % lost)`
          : `not reached from ${f.some()}`,
      short: (f) => `not reached from ${f.some()}`,
    },
  },
  "same-machine": {
    ja: {
      title: "同じ機械か",
      compared: "machine-id、SSH ホスト鍵、ハードウェアの番号、ホスト名",
      pass: "同じ機械です",
      bad: (f) => machine(f, "ja"),
      short: (f) => machineKinds[f.text("kind")]?.ja ?? "別の機械の疑い",
    },
    en: {
      title: "The same machine",
      compared: "machine id, SSH host keys, ids of the hardware, host name",
      pass: "it is the same machine",
      bad: (f) => machine(f, "en"),
      short: (f) => machineKinds[f.text("kind")]?.en ?? "may be another machine",
    },
  },
  "rebooted-as-expected": {
    ja: {
      title: "再起動の様子",
      compared: "起動の番号(boot-id)と稼働時間",
      pass: "再起動は作業の時間内です(または再起動していません)",
      bad: (f) => `作業の時間より前の ${f.time("bootAtMs")} に起動しています`,
      short: (f) => `起動 ${f.time("bootAtMs")}`,
    },
    en: {
      title: "How it restarted",
      compared: "boot id and uptime",
      pass: "it restarted within the work, or not at all",
      bad: (f) => `it started at ${f.time("bootAtMs")}, before the work`,
      short: (f) => `started ${f.time("bootAtMs")}`,
    },
  },
  "clock-offset": {
    ja: {
      title: "時計が合っているか",
      compared: "ホストの時計と、koboshi が外から測った時刻",
      pass: "時計は合っています",
      bad: (f) =>
        f.is("isMoving")
          ? `合わせた時計が1分ほどで ${signedLength(f.number("movedSeconds"), "ja")}動きました。ほかの何かが時計を動かしています${movers(f, "ja")}`
          : `時計が ${signedLength(f.number("offsetSeconds"), "ja")}ずれています${refused(f, "ja")}`,
      short: (f) => (f.is("isMoving") ? "時計が動く" : `時計 ${signedLength(f.number("offsetSeconds"), "ja")}ずれ`),
    },
    en: {
      title: "Clock",
      compared: "the host's clock with the time measured from outside",
      pass: "the clock is right",
      bad: (f) =>
        f.is("isMoving")
          ? `the clock was set and moved by ${signedLength(f.number("movedSeconds"), "en")} in about a minute: something else moves it${movers(f, "en")}`
          : `the clock is ${signedLength(f.number("offsetSeconds"), "en")} off${refused(f, "en")}`,
      short: (f) => (f.is("isMoving") ? "clock moves" : `clock ${signedLength(f.number("offsetSeconds"), "en")}`),
    },
  },
  "time-service": {
    ja: {
      title: "時刻合わせのサービス",
      compared: "動いているか、自動起動か、参照先があるか、1つだけか",
      pass: "時刻合わせは動いています",
      bad: (f) => `${timeDaemons(f, "ja")}: ${timeProblem(f, "ja")}`,
      short: (f) => `${timeDaemons(f, "ja")} ${f.text("problem") === "stopped" ? "停止" : timeProblem(f, "ja")}`,
    },
    en: {
      title: "Time service",
      compared: "whether it runs, starts at boot, has a source, and is the only one",
      pass: "something keeps the clock right",
      bad: (f) => `${timeDaemons(f, "en")}: ${timeProblem(f, "en")}`,
      short: (f) => `${timeDaemons(f, "en")} ${timeProblem(f, "en")}`,
    },
  },
  timezone: {
    ja: {
      title: "時間帯",
      compared: "時間帯の名前と UTC との差",
      pass: "時間帯は前と同じです",
      bad: (f) => `時間帯が変わっています(${f.some()})`,
      short: (f) => `時間帯 ${f.some()}`,
    },
    en: {
      title: "Time zone",
      compared: "the zone's name and its distance from UTC",
      pass: "the time zone is the same",
      bad: (f) => `the time zone is another one (${f.some()})`,
      short: (f) => `time zone ${f.some()}`,
    },
  },
  mounts: {
    ja: {
      title: "ファイルシステム",
      compared: "マウント先、種類、書き込めるか、fstab",
      pass: "すべて前と同じにマウントされています",
      bad: (f) =>
        f.number("readOnlyCount") > 0
          ? `書き込めない、または外れています: ${f.some()}。書き込めなくなったものは、調べるまで手を加えないでください`
          : `外れている、または違うものです: ${f.some()}`,
      short: (f) => (f.number("readOnlyCount") > 0 ? `書き込み不可 ${f.some()}` : `マウントなし ${f.some()}`),
    },
    en: {
      title: "File systems",
      compared: "mount points, types, whether they can be written to, fstab",
      pass: "all are mounted as before",
      bad: (f) =>
        f.number("readOnlyCount") > 0
          ? `read-only or missing: ${f.some()}. Leave what became read-only as it is until it was looked into`
          : `missing or other: ${f.some()}`,
      short: (f) => (f.number("readOnlyCount") > 0 ? `read-only ${f.some()}` : `not mounted: ${f.some()}`),
    },
  },
  "disk-space": {
    ja: {
      title: "ディスクの空き",
      compared: "使用率(容量と inode)",
      pass: "使用率は増えていません",
      bad: (f) => `使用率が大きく増えています: ${f.some()}`,
      short: (f) => `ディスク ${f.some()}`,
    },
    en: {
      title: "Disk space",
      compared: "how full each file system is, space and inodes",
      pass: "none filled up",
      bad: (f) => `much fuller than before: ${f.some()}`,
      short: (f) => `disk ${f.some()}`,
    },
  },
  "raid-and-smart": {
    ja: {
      title: "RAID",
      compared: "アレイのディスクがすべてそろっているか",
      pass: "すべてのディスクがそろっています",
      bad: (f) => `ディスクが欠けています: ${f.some()}`,
      short: (f) => `RAID ${f.some()}`,
    },
    en: {
      title: "RAID",
      compared: "whether each array has all its disks",
      pass: "every array is whole",
      bad: (f) => `a disk is missing: ${f.some()}`,
      short: (f) => `RAID ${f.some()}`,
    },
  },
  swap: {
    ja: {
      title: "スワップ",
      compared: "使っているスワップ領域の数",
      pass: "スワップは前と同じです",
      bad: (f) => `スワップ領域が ${f.number("beforeCount")} から ${f.number("afterCount")} に減っています`,
      short: () => "スワップなし",
    },
    en: {
      title: "Swap",
      compared: "the number of swap areas in use",
      pass: "swap is on as before",
      bad: (f) => `swap areas went from ${f.number("beforeCount")} to ${f.number("afterCount")}`,
      short: () => "swap off",
    },
  },
  kernel: {
    ja: {
      title: "カーネル",
      compared: "版と起動時の指定",
      pass: "カーネルは前と同じか、より新しい版です",
      bad: (f) => `カーネルまたは起動時の指定が違います: ${f.some()}`,
      short: (f) => `カーネル ${f.text("after")}`,
    },
    en: {
      title: "Kernel",
      compared: "its release and command line",
      pass: "it is the same or a newer one",
      bad: (f) => `the kernel or its command line is another one: ${f.some()}`,
      short: (f) => `kernel ${f.text("after")}`,
    },
  },
  packages: {
    ja: {
      title: "パッケージ",
      compared: "入っている版と、パッケージ管理の記録",
      pass: "変わったものはないか、記録に残っています",
      bad: (f) => `記録にない変更が${f.number("untoldCount")}件あります(全部で${f.count}件): ${f.some()}`,
      short: (f) => `パッケージ ${f.count}件`,
    },
    en: {
      title: "Packages",
      compared: "versions with the package log",
      pass: "none changed, or the log tells of it",
      bad: (f) => `${f.number("untoldCount")} of ${f.count} changes are not in the log: ${f.some()}`,
      short: (f) => `${f.count} packages`,
    },
  },
  network: {
    ja: {
      title: "ネットワーク",
      compared: "アドレス、経路、規則、MTU",
      pass: "アドレスと経路は前と同じです",
      bad: (f) => `${f.count}か所が違います: ${f.some()}`,
      short: (f) => `ネットワーク ${f.count}か所`,
    },
    en: {
      title: "Network",
      compared: "addresses, routes, rules, MTU",
      pass: "addresses and routes are the same",
      bad: (f) => `${f.count} differences: ${f.some()}`,
      short: (f) => `network: ${f.count} differences`,
    },
  },
  firewall: {
    ja: {
      title: "ファイアウォール",
      compared: "規則と既定の扱い(通信量の数は除く)",
      pass: "規則は前と同じです",
      bad: (f) =>
        f.is("isEmpty")
          ? `規則が1つもありません(前は${f.number("beforeCount")}件)`
          : `規則が${f.count}件違います: ${f.some()}`,
      short: (f) => (f.is("isEmpty") ? "ファイアウォールの規則なし" : `ファイアウォール ${f.count}件`),
    },
    en: {
      title: "Firewall",
      compared: "rules and policies, without their counters",
      pass: "the rules are the same",
      bad: (f) =>
        f.is("isEmpty")
          ? `there is not one rule; there were ${f.number("beforeCount")}`
          : `${f.count} rules differ: ${f.some()}`,
      short: (f) => (f.is("isEmpty") ? "no firewall rules" : `firewall: ${f.count} rules`),
    },
  },
  "name-resolution": {
    ja: {
      title: "名前の解決",
      compared: "問い合わせ先(resolv.conf)と、DNS の検査",
      pass: "名前は前と同じに引けます",
      bad: (f) => `問い合わせ先か答えが違います: ${f.some()}`,
      short: () => "名前の解決に違い",
    },
    en: {
      title: "Name resolution",
      compared: "the servers asked (resolv.conf) and the DNS checks",
      pass: "names resolve as before",
      bad: (f) => `the servers asked or their answers differ: ${f.some()}`,
      short: () => "name resolution differs",
    },
  },
  "time-stamped-damage": {
    ja: {
      title: "違う時刻で残った記録",
      compared: "時計がずれていた時間",
      pass: "時計がずれていた間の記録は、違う時刻で残っています。報告書にその時間を書きます",
      bad: (f) => `${f.time("fromMs")} から ${f.time("toMs")} の記録は、違う時刻で残っています`,
      short: (f) => `${f.time("fromMs")} からの記録の時刻`,
    },
    en: {
      title: "Records with a wrong time",
      compared: "when the clock was off",
      pass: "what was written meanwhile bears a wrong time; the report names the span",
      bad: (f) => `what was written from ${f.time("fromMs")} to ${f.time("toMs")} bears a wrong time`,
      short: (f) => `records since ${f.time("fromMs")}`,
    },
  },
  "licences-and-tokens": {
    ja: {
      title: "VPN とライセンス",
      compared: "トンネルと、ライセンスが結び付く番号(MAC、DMI)",
      pass: "前と同じです",
      bad: (f) => `上がっていない、または番号が変わっています: ${f.some()}`,
      short: (f) => `VPN・番号 ${f.some()}`,
    },
    en: {
      title: "VPN and licences",
      compared: "tunnels, and the ids that licences are bound to (MAC, DMI)",
      pass: "they are the same",
      bad: (f) => `down, or with another id: ${f.some()}`,
      short: (f) => `tunnels or ids: ${f.some()}`,
    },
  },
};

function movers(found: Found, lang: "ja" | "en"): string {
  if (found.items.length === 0) return "";
  return lang === "ja" ? `(疑わしいもの: ${found.some()})` : ` (suspects: ${found.some()})`;
}

function refused(found: Found, lang: "ja" | "en"): string {
  const why = found.text(lang === "ja" ? "refusedJa" : "refusedEn");
  if (why === "—") return "";
  return lang === "ja" ? `(koboshi からは直せません: ${why})` : ` (koboshi cannot set it: ${why})`;
}
