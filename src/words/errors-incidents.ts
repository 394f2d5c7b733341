import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { isLoss, lossFix } from "./config-refusal.ts";
import { gateRefusal } from "./health-gate.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type IncidentCode = Extract<ErrorCode, "KB1003" | "KB9001">;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

export const incidentErrors: Readonly<Record<IncidentCode, Readonly<Record<Lang, Say>>>> = {
  KB1003: {
    ja: (f) =>
      gateRefusal(f)?.ja ?? {
        message: `確認がまだです: ${of(f, "what")}`,
        fix: isLoss(f)
          ? lossFix.ja
          : "まだ異常が続いています。解決とするときは理由を書いてください(コマンドでは --reason)",
      },
    en: (f) =>
      gateRefusal(f)?.en ?? {
        message: `A confirmation is missing: ${of(f, "what")}`,
        fix: isLoss(f)
          ? lossFix.en
          : "it is still failing; give a reason to resolve it all the same (on the command line: --reason)",
      },
  },
  KB9001: {
    ja: (f) => ({
      message: `障害 #${of(f, "id")} は終了しています`,
      fix: "もう一度異常が出れば、新しい番号で始まります",
    }),
    en: (f) => ({ message: `Incident #${of(f, "id")} has ended`, fix: "should it fail again, a new one begins" }),
  },
};
