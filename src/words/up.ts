import { catalogue } from "./catalogue.ts";

/** What `koboshi up` says when it has started, and while it ends. */
export const upWords = catalogue(
  {
    running: (url: string) => `koboshi は ${url} で動いています`,
    signIn: (link: string) => `開いてください(15分以内・1回だけ有効): ${link}`,
    open: (url: string) => `開いて、アカウントでログインしてください: ${url}`,
    otherDevice: (url: string) => `スマートフォンからは(パスワードでログイン): ${url}`,
    tunnel: (command: string) => `手元のコンピュータで開くには、先にそちらで実行: ${command}`,
    stop: "止めるには Ctrl-C。設定の読み込み直しは kill -HUP",
    stopping: "終了しています…",
    vantage: (hub: string, folder: string) => `${hub} の観測地点になります(鍵と控えは ${folder})`,
  },
  {
    running: (url: string) => `koboshi runs at ${url}`,
    signIn: (link: string) => `open this (good once, for 15 minutes): ${link}`,
    open: (url: string) => `open this and sign in with your account: ${url}`,
    otherDevice: (url: string) => `from a phone (sign in by password): ${url}`,
    tunnel: (command: string) => `to open it on the computer before you, run there first: ${command}`,
    stop: "Ctrl-C stops it; kill -HUP reads the configuration anew",
    stopping: "stopping…",
    vantage: (hub: string, folder: string) => `becoming a vantage of ${hub} (key and buffer in ${folder})`,
  },
);
