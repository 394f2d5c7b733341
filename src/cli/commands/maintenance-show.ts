import { isLeft } from "../../words/window-findings.ts";
import { repairWords } from "../../words/repair-faces.ts";
import { windowWords } from "../../words/windows.ts";
import type { Command } from "../command.ts";
import { repairLine, type RepairAnswer } from "../repair-text.ts";
import {
  findingLines,
  findingRows,
  heldLines,
  windowFacts,
  windowIdOf,
  windowLine,
  windowUrl,
  type FindingsAnswer,
  type HeldAnswer,
  type WindowAnswer,
} from "../window-text.ts";

export const maintenanceShow: Command = {
  name: "maintenance show",
  summary: {
    ja: "保守 1 件の経過と、終わったあとの点検",
    en: "one maintenance: how it went, and the checks after it",
  },
  usage: "ID",
  examples: ["koboshi maintenance show 3", "koboshi maintenance show 3 --plain", "koboshi maintenance show 3 --json"],
  async run(context) {
    const { args, hub, lang, terminal } = context;
    const id = windowIdOf(args, lang);
    const client = hub();
    const window = await client.get<WindowAnswer>(windowUrl(id, context));
    const { items: findings, checking } = await client.get<FindingsAnswer>(windowUrl(id, context, "/findings"));
    const { items: repairs } = await client.get<{ items: RepairAnswer[] }>(`/api/v1/repairs?window=${id}`);
    const held = await client.get<HeldAnswer>(windowUrl(id, context, "/held"));
    const left = findings.filter(isLeft);
    const say = windowWords(lang);
    const offered = repairs.filter(({ state }) => state === "offered");
    return {
      exit: window.state === "verifying" && left.length > 0 ? 3 : 0,
      json: { window, held: held.items, findings, repairs, left: left.length, checking },
      text: [
        windowLine(window, { lang, terminal }),
        ...windowFacts(window, lang, heldLines(held, { lang, terminal })).map((fact) => `  ${fact}`),
        ...(checking ? [say.checking] : []),
        ...(findings.length === 0 ? [] : [left.length === 0 ? say.allPassed : say.remaining(left.length)]),
        ...findingLines(findings, { lang, terminal }),
        ...repairs.map((run) => repairLine(run, { lang, terminal })),
        ...offered.map((run) => `  ${repairWords(lang).toApprove(run.id)}`),
      ].join("\n"),
      plain: findingRows(findings),
      quiet: left.map(({ host, check }) => `${host}/${check}`),
    };
  },
};
