import { accountCliWords } from "../../words/accounts-cli.ts";
import type { Command } from "../command.ts";

interface TokenAnswer {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly good: boolean;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

export const tokenLs: Command = {
  name: "token ls",
  summary: { ja: "API トークンの一覧", en: "API tokens" },
  usage: "",
  examples: ["koboshi token ls", "koboshi token ls --json", "koboshi token ls --plain"],
  async run({ hub, lang, terminal }) {
    const { items } = await hub().get<{ items: readonly TokenAnswer[] }>(`/api/v1/tokens?lang=${lang}`);
    const say = accountCliWords(lang);
    const rows = items.map(({ name, scopes, good, expiresAt, lastUsedAt }) => {
      const until = expiresAt === null ? say.noEnd : say.until(expiresAt);
      return [
        terminal.pad(name, 20),
        terminal.pad(scopes.join(","), 24),
        good ? until : say.bad,
        lastUsedAt ?? say.unused,
      ].join("  ");
    });
    return {
      exit: 0,
      json: { items },
      text: rows.length === 0 ? say.noTokens : rows.join("\n"),
      plain: items.map(({ name, scopes, good, expiresAt, lastUsedAt }) =>
        [name, scopes.join(","), good, expiresAt ?? "", lastUsedAt ?? ""].join("\t"),
      ),
      quiet: items.filter(({ good }) => good).map(({ name }) => name),
    };
  },
};
