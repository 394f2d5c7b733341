import { feedWords, noticeKindName, noticeStateName } from "../../words/feeds.ts";
import type { ProviderNoticeKind, ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import type { Command } from "../command.ts";

interface NoticeAnswer {
  readonly id: number;
  readonly provider: string;
  readonly title: string;
  readonly kind: ProviderNoticeKind;
  readonly state: ProviderNoticeState;
  readonly windows: readonly { readonly start: string; readonly end: string | null; readonly certain: boolean }[];
  readonly ask: readonly { readonly id: string }[];
  readonly proposal: { readonly state: string } | null;
}

export const noticeLs: Command = {
  name: "notice ls",
  summary: { ja: "提供元から届いたお知らせ(新しい順)", en: "notices of your providers, newest first" },
  usage: "[--search WORDS] [--provider NAME]",
  examples: ["koboshi notice ls", "koboshi notice ls --search 石狩", "koboshi notice ls --provider sakura-vps --json"],
  options: { search: { type: "string" }, provider: { type: "string" } },
  async run({ hub, lang, values }) {
    const asked = ["search", "provider"].flatMap((name): [string, string][] => {
      const value = values[name];
      return typeof value === "string" ? [[name, value]] : [];
    });
    const { items } = await hub().get<{ items: NoticeAnswer[] }>(
      `/api/v1/provider-notices?${new URLSearchParams(asked).toString()}`,
    );
    const lines = items.flatMap((item) => [
      `${item.ask.length > 0 ? "▲" : "●"} ${item.id}  ${item.provider}  ${noticeKindName(item.kind, lang)}/${noticeStateName(item.state, lang)}  ${item.title}`,
      ...item.windows.map(({ start, end }) => `      ${shown(start, end, lang)}`),
    ]);
    return {
      exit: 0,
      json: { items },
      text: lines.length === 0 ? feedWords(lang).cliNone : lines.join("\n"),
      plain: items.map(({ id, provider, kind, state, windows, title }) =>
        [id, provider, kind, state, windows[0]?.start ?? "", windows[0]?.end ?? "", title].join("\t"),
      ),
      quiet: items.map(({ id }) => String(id)),
    };
  },
};

function shown(start: string, end: string | null, lang: "ja" | "en"): string {
  return lang === "ja"
    ? `${start} 〜 ${end ?? feedWords(lang).endUnknown}`
    : `${start} – ${end ?? feedWords(lang).endUnknown}`;
}
