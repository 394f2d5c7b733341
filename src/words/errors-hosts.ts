import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type HostCode = Extract<ErrorCode, `KB42${"01" | "02" | "03" | "04" | "05" | "06" | "07"}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Refusals about machines looked into: their keys, their agents. */
export const hostErrors: Readonly<Record<HostCode, Readonly<Record<Lang, Say>>>> = {
  KB4201: {
    ja: (f) => ({
      message: `ホスト ${of(f, "host")} が示した鍵は ${of(f, "seen")} です。${of(f, "fingerprint")} ではありません`,
      fix: "ホストの画面で ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub を見て、同じ指紋かどうか確かめてください",
    }),
    en: (f) => ({
      message: `Host ${of(f, "host")} showed the key ${of(f, "seen")}, not ${of(f, "fingerprint")}`,
      fix: "on its own console, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints the right fingerprint: compare",
    }),
  },
  KB4202: {
    ja: (f) => ({
      message: `このトークンでは、ホスト ${of(f, "host")} の読み取りを送れません`,
      fix: `koboshi token create ${of(f, "token")} --scope agent で作ったトークンを使ってください`,
    }),
    en: (f) => ({
      message: `This token may not send what was read on host ${of(f, "host")}`,
      fix: `use the one made by: koboshi token create ${of(f, "token")} --scope agent`,
    }),
  },
  KB4203: {
    ja: (f) => ({
      message: `ホスト ${of(f, "host")} から届いたものは、読み取りの結果ではありません`,
      fix: "koboshi agent を同じ版に揃え、途中のプロキシが本文を書き換えていないか確かめてください",
    }),
    en: (f) => ({
      message: `What came from host ${of(f, "host")} is not a reading`,
      fix: "run the same version of koboshi agent there, and see whether a proxy in between rewrites bodies",
    }),
  },
  KB4204: {
    ja: (f) => ({
      message: `ホスト ${of(f, "host")} は、設定ではその方法で読むことになっていません`,
      fix: `koboshi.yml の hosts.${of(f, "host")} に、SSH なら user と key を、エージェントなら collect: agent を書いてください`,
    }),
    en: (f) => ({
      message: `The configuration does not have host ${of(f, "host")} read that way`,
      fix: `write user and key (SSH) or collect: agent into hosts.${of(f, "host")} of koboshi.yml`,
    }),
  },
  KB4205: {
    ja: (f) => ({
      message: `ホスト ${of(f, "host")} の鍵は設定に書かれています(${of(f, "pinned")})`,
      fix: `鍵が本当に替わったのなら、koboshi.yml の hosts.${of(f, "host")}.host_key を書き換えてください`,
    }),
    en: (f) => ({
      message: `The key of host ${of(f, "host")} is written in the configuration (${of(f, "pinned")})`,
      fix: `if the key was really replaced, change hosts.${of(f, "host")}.host_key in koboshi.yml`,
    }),
  },
  KB4206: {
    ja: (f) => ({
      message: `トークンのファイル ${of(f, "file")} を読めません`,
      fix: `koboshi 本体で koboshi token create ${of(f, "token")} --scope agent -q を実行し、その1行をファイルに書いてください`,
    }),
    en: (f) => ({
      message: `The token file ${of(f, "file")} cannot be read`,
      fix: `on the hub run: koboshi token create ${of(f, "token")} --scope agent -q, and put the line into that file`,
    }),
  },
  KB4207: {
    ja: (f) => ({
      message: `本体のアドレス ${of(f, "hub")} は使えません`,
      fix: "--hub に https:// で始まるアドレスを書いてください(http は --plain-http を付けたときだけです)",
    }),
    en: (f) => ({
      message: `The hub's address ${of(f, "hub")} cannot be used`,
      fix: "give --hub an address that begins with https:// (http only together with --plain-http)",
    }),
  },
};
