import type { StateWord } from "../../kernel/model/status.ts";
import { hardwareWords } from "../../words/hardware.ts";
import { stateName } from "../../words/states.ts";
import type { Command } from "../command.ts";
import { hardwareSummary, hottest, type HardwareAnswer } from "../hardware-text.ts";
import { showHardware } from "./hardware-show.ts";

const troubled: ReadonlySet<StateWord> = new Set(["down", "warning"]);

export const hardware: Command = {
  name: "hardware",
  summary: {
    ja: "サーバーの温度・ファン・電源・ディスクの様子(異常が先)",
    en: "temperatures, fans, power and drives of the machines, broken ones first",
  },
  usage: "[HOST] [--trust FINGERPRINT]",
  examples: ["koboshi hardware", "koboshi hardware web1", "koboshi hardware web1 --trust AB:CD:…"],
  options: { trust: { type: "string" } },
  async run(context) {
    const [host] = context.args;
    if (host !== undefined) return showHardware(context, host);
    const { hub, lang, terminal } = context;
    const { items } = await hub().get<{ items: HardwareAnswer[] }>("/api/v1/hardware");
    const order: readonly StateWord[] = ["down", "warning", "unknown", "ok"];
    const sorted = items.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
    const rows = sorted.map((one) => {
      const state = terminal.paint(`${terminal.glyph(one.state)} ${stateName(one.state, lang)}`, one.state);
      return `${state}  ${terminal.pad(one.host, 20)} ${hardwareSummary(one, lang)}`;
    });
    return {
      exit: items.some(({ state }) => troubled.has(state)) ? 3 : 0,
      json: { items },
      text: rows.length === 0 ? hardwareWords(lang).empty : rows.join("\n"),
      plain: sorted.map((one) =>
        [one.host, one.state, one.power, hottest(one)?.value ?? "", one.answeredAt ?? ""].join("\t"),
      ),
      quiet: sorted.map(({ host: name }) => name),
    };
  },
};
