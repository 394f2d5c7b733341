import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import type { Command, Values } from "../command.ts";

interface AuditAnswer {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly kind: string;
  readonly text: Readonly<Record<Lang, string>>;
  readonly from: string | null;
}

const usualRows = 50;
const mostRows = 500;

export const auditLog: Command = {
  name: "audit-log",
  summary: { ja: "だれが・いつ・何をしたかの記録(新しい順)", en: "who did what, and when; newest first" },
  usage: "[--actor WHO] [--kind KIND] [--from DAY] [--to DAY] [--limit N]",
  examples: [
    "koboshi audit-log",
    "koboshi audit-log --actor person:yamada --from 2026-11-01 --to 2026-11-30",
    "koboshi audit-log --kind config.edited --json",
  ],
  options: {
    actor: { type: "string" },
    kind: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
    limit: { type: "string" },
  },
  async run({ values, hub, lang }) {
    const query = new URLSearchParams({ ...asked(values), lang });
    const { items, next } = await hub().get<{ items: readonly AuditAnswer[]; next: string | null }>(
      `/api/v1/audit-log?${query.toString()}`,
    );
    const rows = items.map(({ at, text, from }) => `${at}  ${text[lang]}${from === null ? "" : `  (${from})`}`);
    return {
      exit: 0,
      json: { items, next },
      text: rows.length === 0 ? accountCliWords(lang).noEvents : rows.join("\n"),
      plain: items.map(({ seq, at, actor, kind, from }) => [seq, at, actor, kind, from ?? ""].join("\t")),
      quiet: items.map(({ seq }) => String(seq)),
    };
  },
};

function asked(values: Values): Record<string, string> {
  const given = ["actor", "kind", "from", "to"].flatMap((name): [string, string][] => {
    const value = values[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  const limit = values["limit"] === undefined ? usualRows : Number(values["limit"]);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostRows) {
    throw new KoboshiError("KB1001", { what: `--limit 1…${mostRows}` });
  }
  return { ...Object.fromEntries(given), limit: String(limit) };
}
