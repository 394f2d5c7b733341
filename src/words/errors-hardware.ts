import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };

/** What refusals about hardware mean. */
export const hardwareErrors: Readonly<Record<Extract<ErrorCode, "KB4401">, Readonly<Record<Lang, Say>>>> = {
  KB4401: {
    ja: (f) => ({
      message: `${f["host"] ?? "—"} の管理用コントローラは、その証明書を示していません`,
      fix: `いま示しているのは ${f["shown"] ?? "—"} です。コントローラの画面で指紋を見比べて、同じならその値を指定してください`,
    }),
    en: (f) => ({
      message: `The controller of ${f["host"] ?? "—"} does not show that certificate`,
      fix: `it shows ${f["shown"] ?? "—"} now; compare it on the controller's own screen and give that value if they agree`,
    }),
  },
};
