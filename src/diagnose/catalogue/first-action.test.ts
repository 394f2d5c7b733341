import assert from "node:assert/strict";
import { test } from "node:test";
import { forbiddenIn } from "./first-action.ts";

const forbidden: readonly (readonly [string, string])[] = [
  ["サービスを再起動します。", "再起動"],
  ["古いログを削除して様子を見ます。", "削除"],
  ["BMC の記録を消去します。", "消去"],
  ["fsck で検査します。", "fsck"],
  ["電源を切ってから確かめます。", "電源を切"],
  ["fail2ban の遮断を解除します。", "遮断を解除"],
  ["ログを保存しないで、再起動します。", "再起動"],
  ["Restart the service.", "Restart"],
  ["After saving the log, reboot it.", "reboot"],
  ["Delete old files: rm -rf /var/log/old.", "Delete"],
  ["Run fsck on the disk.", "fsck"],
  ["Clear the event log.", "Clear the"],
  ["Power the server off.", "Power the server off"],
  ["Run OPTIMIZE TABLE orders.", "OPTIMIZE TABLE"],
];
for (const [sentence, word] of forbidden) {
  test(`refused as a first step: ${sentence}`, () => assert.equal(forbiddenIn(sentence)?.word, word));
}

const harmless: readonly string[] = [
  "大きいものの上位20件を表示します。削除はしません。",
  "再起動も fsck もしません。",
  "再起動の有無と、再起動した時刻を確かめます。",
  "だれが取り消したかを確かめます。",
  "自動処理と書き込みを止めます。",
  "List the 20 largest items. Nothing is deleted.",
  "No reboot, no fsck.",
  "See when it was last restarted and what was deleted.",
  "Make clear who decides, and read the log format.",
  "See what the OOM killer ended.",
];
for (const sentence of harmless) {
  test(`allowed as a first step: ${sentence}`, () => assert.equal(forbiddenIn(sentence), null));
}
