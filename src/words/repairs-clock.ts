import type { Bilingual } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";
import { duration } from "./format.ts";

/** What the repair of a clock is called, why each of its commands is run, and what to know first. */
const words = catalogue(
  {
    title: (seconds: number) =>
      `時計を合わせて、時刻合わせのサービスを戻します(今は${amount(seconds, "ja")}${seconds < 0 ? "遅れ" : "進み"})`,
    stopUnit: (unit: string) => `時計を戻すあいだ ${unit} を止めます(時刻が戻ると止まったり、順序が狂ったりするため)`,
    startUnit: (unit: string) => `${unit} を起動します`,
    stopCron: "時計を動かしたとたんに定期処理がまとめて始まらないよう、cron を止めます",
    startCron: "cron を起動します",
    burst: "時刻源に短い間隔で問い合わせ、使う時刻源が決まるのを待ちます(最長15秒)",
    makestep: "時計を一度に合わせます",
    oneShot: (daemon: string) => `${daemon} を一度だけ動かして時計を合わせます`,
    slew: (daemon: string) => `ずれが小さいので、時計は飛ばさず ${daemon} に少しずつ合わせさせます`,
    stopDaemon: (daemon: string) => `時計を合わせるあいだ ${daemon} を止めます`,
    stopHolder: (program: string) => `UDP 123 を使っている ${program} を止めます`,
    freePort: "UDP 123 が空くのを待ちます(使用中のまま合わせると「the NTP socket is in use」で失敗します)",
    startDaemon: (daemon: string) => `${daemon} を起動します`,
    enableDaemon: (daemon: string) => `${daemon} を自動起動にします`,
    restartDaemon: (daemon: string) => `${daemon} を起動し直します(最初の応答で時計が合います)`,
    verifyDaemon: (daemon: string) => `${daemon} が時刻源を選び、ずれが 0.1 秒以内になったことを確かめます`,
    verifyNtpq: "時刻源が選ばれ、ずれが 0.1 秒以内になるのを待ちます(最長5分半かかります)",
    rtc: "合わせた時刻をハードウェアの時計にも書きます",
    jumps: (seconds: number) =>
      seconds < 0 ? `時計が${amount(seconds, "ja")}進みます` : `時計が${amount(seconds, "ja")}戻ります`,
    goesBack:
      "時刻が戻るので、同じ時刻が2回現れます。データベースの記録やログの順序、有効期限のあるセッションに影響することがあります",
    cronCatchesUp: "飛ばした時間に予定されていた定期処理を、cron がまとめて始めることがあります",
    cronSkips: "cron を止めて合わせるので、飛ばした時間の定期処理は動きません。あとで1つずつ決めてください",
    leftStopped: (command: string) => `途中で失敗したときは、止めたものが止まったままになります。戻すには: ${command}`,
    inContainer: (virtualisation: string) =>
      `このホストはコンテナ(${virtualisation})なので、時計は親のホストのものです。親のホストで合わせてください`,
    noDaemon:
      "時刻合わせのサービスが入っていません。chrony を入れてください(Debian・Ubuntu: apt install chrony、RHEL 系: yum install chrony)",
    unknownDaemon: (daemon: string) => `${daemon} の直し方は用意していません。手で合わせてください`,
    unitName: (unit: string) => `止める対象の名前「${unit}」はコマンドに使えません`,
    notObserved: "ホストの中を見られていないので、使っている時刻合わせのサービスが分かりません",
  },
  {
    title: (seconds: number) =>
      `Set the clock right and bring its time service back (now ${amount(seconds, "en")} ${seconds < 0 ? "behind" : "ahead"})`,
    stopUnit: (unit: string) => `Stop ${unit} while the clock goes back: it ends or loses order when time repeats`,
    startUnit: (unit: string) => `Start ${unit}`,
    stopCron: "Stop cron, so that moving the clock does not start many jobs at once",
    startCron: "Start cron",
    burst: "Ask the time sources in quick succession and wait until one is selected (15 s at most)",
    makestep: "Set the clock at once",
    oneShot: (daemon: string) => `Run ${daemon} once to set the clock`,
    slew: (daemon: string) => `The error is small: ${daemon} moves the clock gradually, it does not jump`,
    stopDaemon: (daemon: string) => `Stop ${daemon} while the clock is set`,
    stopHolder: (program: string) => `Stop ${program}, which holds UDP 123`,
    freePort: 'Wait until UDP 123 is free (otherwise setting the clock fails with "the NTP socket is in use")',
    startDaemon: (daemon: string) => `Start ${daemon}`,
    enableDaemon: (daemon: string) => `Have ${daemon} start at boot`,
    restartDaemon: (daemon: string) => `Restart ${daemon}: the first answer sets the clock`,
    verifyDaemon: (daemon: string) => `See that ${daemon} selected a source and is within 0.1 s of it`,
    verifyNtpq: "Wait until a source is selected and the clock is within 0.1 s of it (up to five and a half minutes)",
    rtc: "Write the right time to the hardware clock, too",
    jumps: (seconds: number) => `The clock goes ${seconds < 0 ? "forward" : "back"} by ${amount(seconds, "en")}`,
    goesBack:
      "Time goes back, so some of it happens twice: records of databases, the order of logs and sessions that expire may be affected",
    cronCatchesUp: "cron may start the jobs of the time that is skipped, all at once",
    cronSkips:
      "cron is stopped meanwhile, so jobs of the time that is skipped do not run; decide about each afterwards",
    leftStopped: (command: string) =>
      `If it fails half-way, what was stopped stays stopped. To bring it back: ${command}`,
    inContainer: (virtualisation: string) =>
      `This host is a container (${virtualisation}); its clock is its parent's and has to be set there`,
    noDaemon:
      "No time service is installed. Install chrony (Debian, Ubuntu: apt install chrony; RHEL and its kin: yum install chrony)",
    unknownDaemon: (daemon: string) => `There is no repair for ${daemon}; set the clock by hand`,
    unitName: (unit: string) => `The name "${unit}" of what should be stopped cannot be used in a command`,
    notObserved: "The host could not be looked into, so its time service is not known",
  },
);

type ClockWords = ReturnType<typeof words>;

/** A text about the repair of a clock in both languages. */
export function clockText(say: (texts: ClockWords) => string): Bilingual {
  return { ja: say(words("ja")), en: say(words("en")) };
}

/** `3時間`, `0.42秒`: without a sign. */
function amount(seconds: number, lang: "ja" | "en"): string {
  const size = Math.abs(seconds);
  if (size >= 10) return duration(size * 1_000, lang);
  const text = size.toFixed(2);
  return lang === "ja" ? `${text}秒` : `${text} s`;
}
