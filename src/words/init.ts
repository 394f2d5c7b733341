import { catalogue } from "./catalogue.ts";

/** What `koboshi init` asks and says. */
export const initWords = catalogue(
  {
    whatToWatch: "何を見守りますか?(例: www.example.jp)",
    whomToWake: "夜中に起こす宛先は?(例: you@example.jp)",
    looking: (address: string) => `${address} を見ています(長くて10秒)…`,
    found: "見つかったもの:",
    without: (names: string) => `外すものがあれば番号で(例: 2 3)。なければ Enter(${names})`,
    nothingTicked: "いま応答しているものはありませんでした。ページの監視だけを書きます",
    exists: (file: string) =>
      `${file} はすでにあります(上書きしません)。変えるには koboshi config diff・apply か、画面の「設定」をお使いください`,
    written: (file: string) => `書きました: ${file}`,
    nextUp: "次は koboshi up で見守りを始めます",
    noMail: "知らせる人がまだいません。people: に me: you@example.jp のように加えてください",
  },
  {
    whatToWatch: "What shall I watch over? (such as www.example.jp)",
    whomToWake: "Who is woken at night? (such as you@example.jp)",
    looking: (address) => `Looking at ${address} (10 s at most) …`,
    found: "Found:",
    without: (names) => `Leave any out? By number, such as 2 3; Enter keeps all (${names})`,
    nothingTicked: "Nothing answers right now; only the page is written",
    exists: (file) =>
      `${file} exists already (left as it is). To change it use koboshi config diff and apply, or Settings on the screen`,
    written: (file) => `Wrote ${file}`,
    nextUp: "Next: koboshi up starts watching",
    noMail: "There is nobody to tell yet; add someone to people:, such as me: you@example.jp",
  },
);
