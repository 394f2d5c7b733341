import { KoboshiError } from "../../kernel/errors.ts";
import { channelResult, channelWords, isGoodResult, readChannelResult } from "../../words/channels.ts";
import { whileAlive } from "../alive.ts";
import type { Command, Context } from "../command.ts";

interface LineAnswer {
  readonly channel: string;
  readonly to: string;
  readonly last: { readonly at: string; readonly result: string; readonly text: string | null } | null;
}

export const notifyTest: Command = {
  name: "notify test",
  summary: {
    ja: "お知らせが届くかを、いま試す(何も起きていないうちに)",
    en: "find out now whether notices arrive, while nothing is wrong",
  },
  usage: "[CHANNEL] [--to PERSON]",
  examples: ["koboshi notify test", "koboshi notify test mail --to yamada", "koboshi notify test hook --json"],
  options: { to: { type: "string" } },
  async run(context) {
    const { args, values, lang, hub } = context;
    const say = channelWords(lang);
    const { items } = await hub().get<{ items: readonly LineAnswer[] }>("/api/v1/channels");
    const wanted = items.filter(
      ({ channel, to }) =>
        (args[0] === undefined || channel === args[0]) && (values["to"] === undefined || to === values["to"]),
    );
    const named = [args[0], values["to"]].filter((one) => typeof one === "string").join(" → ");
    if (wanted.length === 0) throw new KoboshiError("KB1002", { what: named === "" ? say.cliNone : named });
    const tested = await Promise.all(wanted.map((line) => whileAlive(() => testLine(context, line))));
    const good = tested.every((line) => isGood(line));
    const accepted = tested.some(({ last }) => last?.result === "accepted");
    return {
      exit: good ? 0 : 1,
      json: { ok: good, items: tested },
      text: [...tested.map((line) => lineText(line, context)), ...(accepted ? [say.acceptedMore] : [])].join("\n"),
      plain: tested.map(({ channel, to, last }) =>
        [channel, to, last?.result ?? "", last?.at ?? "", last?.text ?? ""].join("\t"),
      ),
      quiet: tested.filter((line) => !isGood(line)).map(({ channel, to }) => `${channel}/${to}`),
    };
  },
};

function testLine({ hub, lang }: Context, { channel, to }: LineAnswer): Promise<LineAnswer> {
  return hub().post<LineAnswer>(`/api/v1/channels/${encodeURIComponent(channel)}/test?lang=${lang}`, { to });
}

function isGood({ last }: LineAnswer): boolean {
  const result = readChannelResult(last?.result);
  return result !== null && isGoodResult(result);
}

function lineText(line: LineAnswer, { lang, terminal }: Context): string {
  const { channel, to, last } = line;
  const state = isGood(line) ? "ok" : "down";
  const result = readChannelResult(last?.result);
  const end = to === "*" ? channel : `${channel} → ${to}`;
  const said = last?.text === null || last === null ? "" : ` — ${channelWords(lang).said(last.text)}`;
  const mark = terminal.paint(terminal.glyph(state), state);
  return `${mark} ${terminal.pad(end, 24)} ${result === null ? "—" : channelResult(result, lang)}${said}`;
}
