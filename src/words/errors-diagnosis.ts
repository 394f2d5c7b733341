import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };

/** Refusals about diagnosis. `near` is the id most likely meant, empty when none is close. */
type DiagnosisCode = Extract<ErrorCode, "KB4411" | "KB4412" | "KB4413">;

export const diagnosisErrors: Readonly<Record<DiagnosisCode, Readonly<Record<Lang, Say>>>> = {
  KB4411: {
    ja: (f) => ({
      message: `「${f["id"] ?? "—"}」という原因はありません`,
      fix: `${near(f) === "" ? "" : `「${near(f)}」のことではありませんか。`}一覧は koboshi cause ls で見られます`,
    }),
    en: (f) => ({
      message: `There is no cause "${f["id"] ?? "—"}"`,
      fix: `${near(f) === "" ? "" : `did you mean "${near(f)}"? `}koboshi cause ls lists them`,
    }),
  },
  KB4412: {
    ja: (f) => ({
      message: `障害 #${f["incident"] ?? "—"} は終わっているため、いまから原因を調べることはできません`,
      fix: "そのときの診断は koboshi incident show で見られます",
    }),
    en: (f) => ({
      message: `Incident #${f["incident"] ?? "—"} has ended: there is nothing left to look at`,
      fix: "its diagnosis of then is in koboshi incident show",
    }),
  },
  KB4413: {
    ja: (f) => ({
      message: `障害 #${f["incident"] ?? "—"} に、取り消せる「確定した原因」はありません`,
      fix: "確定した原因の一覧は koboshi cause learned で見られます",
    }),
    en: (f) => ({
      message: `Incident #${f["incident"] ?? "—"} has no confirmed cause to take back`,
      fix: "koboshi cause learned lists the confirmed causes",
    }),
  },
};

function near(facts: Facts): string {
  return String(facts["near"] ?? "");
}
