import { catalogue } from "./catalogue.ts";

/** What `koboshi host collector --sudoers` says besides the file. */
export const hostCollectorWords = catalogue(
  {
    sudoersHow: (user: string) =>
      `# 対象サーバーで sudo visudo -f /etc/sudoers.d/koboshi を開いて貼り付け、koboshi.yml のホストに user: ${user} と sudo: listed を書きます\n# 載っているのは読むだけのコマンドで、引数まで決まっています。要らない行は消してかまいません`,
    sudoersUser: "--sudoers には koboshi がログインするユーザー名を書いてください(英数字・_・-)",
  },
  {
    sudoersHow: (user: string) =>
      `# on the host open it with sudo visudo -f /etc/sudoers.d/koboshi, paste this, and write user: ${user} and sudo: listed for the host into koboshi.yml\n# every command only reads, and is fixed with all of its arguments; take out whatever you do not want`,
    sudoersUser: "--sudoers takes the name of the user koboshi logs in as (letters, digits, _ and -)",
  },
);
