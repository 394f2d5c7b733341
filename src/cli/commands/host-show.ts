import { safeText } from "../../clients/safe-text.ts";
import { stateName } from "../../words/states.ts";
import type { Command } from "../command.ts";
import { hostKeyOf, hostLines, hostUrl, type HostAnswer } from "../host-answer.ts";

export const hostShow: Command = {
  name: "host show",
  summary: { ja: "1台のサーバーの様子と、すること", en: "one host: what is wrong with it and what to do" },
  usage: "HOST [--now]",
  examples: ["koboshi host show web1", "koboshi host show web1 --now", "koboshi host show web1 --json"],
  options: { now: { type: "boolean" } },
  async run({ args, values, hub, lang, terminal }) {
    const key = hostKeyOf(args, "host show");
    const host =
      values["now"] === true
        ? await hub().post<HostAnswer>(hostUrl(key, lang, "/look"))
        : await hub().get<HostAnswer>(hostUrl(key, lang));
    const mark = terminal.paint(`${terminal.glyph(host.state)} ${stateName(host.state, lang)}`, host.state);
    // what a machine calls its parts is foreign: no control character of it reaches the terminal
    const lines = hostLines(host, lang).map((line) => `${/^ */.exec(line)?.[0] ?? ""}${safeText(line, [])}`);
    return {
      exit: host.state === "ok" ? 0 : 3,
      json: { host },
      text: [`${mark}  ${host.key}`, ...lines].join("\n"),
      plain: host.findings.map(({ kind, item, severity }) => [kind, item ?? "", severity].join("\t")),
      quiet: [host.key],
    };
  },
};
