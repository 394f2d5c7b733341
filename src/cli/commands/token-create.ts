import { tokenScopes } from "../../kernel/access.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { parseDurationMs } from "../../kernel/units.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import type { Command } from "../command.ts";

export const tokenCreate: Command = {
  name: "token create",
  summary: {
    ja: "プログラムのための API トークンを作る(一度だけ表示します)",
    en: "make an API token for a program, shown once",
  },
  usage: "NAME --scope SCOPE… [--expires 90d|never]",
  examples: [
    "koboshi token create grafana --scope metrics:read",
    "koboshi token create alertmanager --scope alerts:write --expires 365d",
    "koboshi token create bot --scope respond --scope ping:manage -q > token",
  ],
  options: { scope: { type: "string", multiple: true }, expires: { type: "string" } },
  async run({ args, values, hub, lang }) {
    const [name] = args;
    const scopes = Array.isArray(values["scope"]) ? values["scope"].map(String) : [];
    if (name === undefined || scopes.length === 0) {
      throw new KoboshiError("KB1001", { what: "token create NAME --scope SCOPE" });
    }
    const strange = scopes.find((scope) => !tokenScopes.some((known) => known === scope));
    if (strange !== undefined) throw new KoboshiError("KB1001", { what: `--scope ${tokenScopes.join("|")}` });
    const lifeSeconds = lifeOf(values["expires"]);
    const made = await hub().post<{ name: string; token: string }>(`/api/v1/tokens?lang=${lang}`, {
      name,
      scopes,
      ...(lifeSeconds === undefined ? {} : { lifeSeconds }),
    });
    return {
      exit: 0,
      json: { ...made },
      text: `${accountCliWords(lang).tokenOnce}\n${made.token}`,
      plain: [[made.name, made.token].join("\t")],
      quiet: [made.token],
    };
  },
};

/** @returns undefined: the usual life; null: without end */
function lifeOf(written: unknown): number | null | undefined {
  if (typeof written !== "string") return undefined;
  if (written === "never") return null;
  const parsed = parseDurationMs(written);
  if (!parsed.ok) throw new KoboshiError("KB1001", { what: `--expires ${written} (90d, never …)` });
  return parsed.value / 1_000;
}
