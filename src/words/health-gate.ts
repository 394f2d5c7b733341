import { catalogue } from "./catalogue.ts";

/** Why an incident after which something was restored stays open. */
export const healthGateWords = catalogue(
  {
    restoreRunning: (plan: string) => `"${plan}" の復元がまだ終わっていません`,
    restoreFailed: (plan: string) => `"${plan}" の復元が最後まで終わらず、確かめられていません`,
    copyBroken: (plan: string) => `"${plan}" の復元に使った控えに、検査で壊れたところが見つかっています`,
    checkFailing: (check: string) => `監視 "${check}" がまだ正常ではありません`,
    checkUnseen: (check: string) => `監視 "${check}" の今の状態がわかりません`,
  },
  {
    restoreRunning: (plan) => `the restore of "${plan}" is still under way`,
    restoreFailed: (plan) => `the restore of "${plan}" did not end well, so nothing of it was verified`,
    copyBroken: (plan) => `a verification found damage in the copy "${plan}" was restored from`,
    checkFailing: (check) => `the check "${check}" is not well yet`,
    checkUnseen: (check) => `nobody can say how the check "${check}" is now`,
  },
);

type Facts = Readonly<Record<string, string | number>>;
interface Explanation {
  readonly message: string;
  readonly fix: string;
}

/** The refusal of `resolve` while the gate is closed; null: it is about something else. */
export function gateRefusal(facts: Facts): { readonly ja: Explanation; readonly en: Explanation } | null {
  const { blockersJa, blockersEn } = facts;
  if (typeof blockersJa !== "string" || typeof blockersEn !== "string") return null;
  return {
    ja: {
      message: `復元のあとの確認がまだです: ${blockersJa}`,
      fix: "直して確かめてから解決にしてください。それでも解決とするときは、理由を書いてください(コマンドでは --reason)",
    },
    en: {
      message: `what was restored is not confirmed yet: ${blockersEn}`,
      fix: "mend and check it first; to resolve it all the same, sign with a reason (on the command line: --reason)",
    },
  };
}
