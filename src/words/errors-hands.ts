import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type HandsCode = Extract<ErrorCode, `KB72${string}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** What has to be written, by the part of the file that is missing. */
function missing(facts: Facts): Readonly<Record<Lang, string>> {
  const host = of(facts, "host");
  if (of(facts, "missing") === "user") {
    return {
      ja: `koboshi.yml の hosts.${host} に user: を書いてください(root か、sudo -n sh を許したユーザー)`,
      en: `write user: into hosts.${host} of koboshi.yml: root, or one who may use sudo -n sh`,
    };
  }
  return {
    ja: `koboshi.yml の hosts.${host} に keys: { act: "\${file:/etc/koboshi/act_key}" } のように、変更用の秘密鍵を書いてください(key と keys.read は読むだけに使います)`,
    en: `write a private key for changes into hosts.${host} of koboshi.yml, as in keys: { act: "\${file:/etc/koboshi/act_key}" }; key and keys.read are for reading only`,
  };
}

/** Refusals about changing a machine. */
export const handsErrors: Readonly<Record<HandsCode, Readonly<Record<Lang, Say>>>> = {
  KB7201: {
    ja: (f) => ({
      message: `修復 #${of(f, "repair")} の内容は、画面に出したものから変わっています。何も実行していません`,
      fix: "もう一度開いて、今のコマンドを確かめてから承認してください",
    }),
    en: (f) => ({
      message: `Repair #${of(f, "repair")} is not as it was shown any more. Nothing was run`,
      fix: "open it again, look at the commands as they are now, then approve",
    }),
  },
  KB7202: {
    ja: (f) => ({
      message: `修復 #${of(f, "repair")} は、もう決まっています(${of(f, "state")})`,
      fix: "結果は保守のページで見られます。必要なら確認をやり直すと、新しい修復が提案されます",
    }),
    en: (f) => ({
      message: `Repair #${of(f, "repair")} was decided already (${of(f, "state")})`,
      fix: "its outcome is on the page of the maintenance; checking again offers a new one where it is needed",
    }),
  },
  KB7203: {
    ja: (f) => ({
      message: `${of(f, "host")} への変更は許されていません。何も実行していません`,
      fix: missing(f).ja,
    }),
    en: (f) => ({ message: `${of(f, "host")} allows no changes. Nothing was run`, fix: missing(f).en }),
  },
};
