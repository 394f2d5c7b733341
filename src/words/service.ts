import type { Bilingual, Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

export const serviceWords = catalogue(
  {
    plan: (user: string) => `これから行うこと: ユーザー ${user} を作り、systemd のサービスとして登録して起動します`,
    ask: "実行しますか? [y/N]",
    done: "koboshi をサービスとして起動しました",
    undo: "元に戻すには: systemctl disable --now koboshi && rm /etc/systemd/system/koboshi.service && userdel koboshi",
  },
  {
    plan: (user: string) => `This makes the user ${user}, registers a systemd service and starts it`,
    ask: "Go ahead? [y/N]",
    done: "koboshi runs as a service",
    undo: "To take it back: systemctl disable --now koboshi && rm /etc/systemd/system/koboshi.service && userdel koboshi",
  },
);

const obstacles: Readonly<Record<string, Bilingual>> = {
  "no-systemd": { ja: "systemd が動いていません", en: "systemd does not run here" },
  "not-root": { ja: "root の権限が必要です", en: "root's rights are needed" },
  "other-unit": {
    ja: "/etc/systemd/system/koboshi.service が koboshi の書いたものではありません",
    en: "/etc/systemd/system/koboshi.service was not written by koboshi",
  },
};

/** Why a service cannot be installed; a step that failed is said as the system said it. */
export function serviceObstacle(reason: string, lang: Lang): string {
  return obstacles[reason]?.[lang] ?? reason;
}

export const serviceFix: Bilingual = {
  ja: "sudo を付けて実行するか、koboshi up --service --print が出す内容をご自分の起動のしくみに合わせて置いてください",
  en: "run it with sudo, or put what koboshi up --service --print shows where your system starts its services",
};
