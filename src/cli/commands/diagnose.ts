import { existsSync } from "node:fs";
import path from "node:path";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Diagnosis } from "../../kernel/model/diagnosis.ts";
import type { CheckStatus, StateWord } from "../../kernel/model/status.ts";
import type { Site } from "../../kernel/model/site.ts";
import { diagnosisView } from "../../render/diagnosis-view.ts";
import { cliWords } from "../../words/cli.ts";
import { layerLine } from "../../words/scope.ts";
import { stateName } from "../../words/states.ts";
import { whileAlive } from "../alive.ts";
import { blindSpotAnswer } from "../blind-spots.ts";
import type { Answer, Command, Context } from "../command.ts";
import { diagnosisLines } from "../diagnosis-text.ts";
import { readSite } from "../local-site.ts";
import { lookOnce } from "../one-look.ts";
import { siteOfAddress } from "../one-site.ts";

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const exits: Readonly<Partial<Record<StateWord, number>>> = { ok: 0, warning: 3, down: 4 };

export const diagnose: Command = {
  name: "diagnose",
  summary: {
    ja: "その場で原因を調べる(koboshi の起動も設定も不要)",
    en: "find out why, right now; no hub, no configuration",
  },
  usage: "TARGET | --blind-spots",
  examples: [
    "koboshi diagnose https://www.example.jp",
    "koboshi diagnose shop --config koboshi.yml --json",
    "koboshi diagnose --blind-spots --config koboshi.yml",
  ],
  options: { "blind-spots": { type: "boolean" } },
  async run(context) {
    const { args, values, lang, configPath, clock, signal, hint } = context;
    const folder = causesFolder(configPath);
    if (values["blind-spots"] === true) return blindSpotAnswer({ context, causesFolder: folder });
    const [typed] = args;
    if (typed === undefined) throw new KoboshiError("KB1001", { what: cliWords(lang).needsTarget });
    const chosen = targetOf(typed, configPath);
    const onStep = (step: Diagnosis): void => hint(step.told[lang].headline);
    const deps = { clock, log: quiet, signal, causesFolder: folder, onStep };
    const { diagnosis, checks } = await whileAlive(() => lookOnce(deps, chosen));
    const own = checks.filter(({ service }) => service === chosen.service);
    return answer(context, { diagnosis, own, site: chosen.site });
  },
};

/** `causes/` beside the configuration that was named, or that lies here. */
function causesFolder(configPath: string): string | null {
  const folder = path.join(path.dirname(configPath), "causes");
  return existsSync(folder) ? folder : null;
}

/** A service of the configuration, with all that is known of it; else an address on its own. */
function targetOf(typed: string, configPath: string): { readonly site: Site; readonly service: string } {
  const site = readSite(configPath);
  return site?.services.has(typed) === true ? { site, service: typed } : siteOfAddress(typed);
}

interface Found {
  readonly diagnosis: Diagnosis;
  readonly own: readonly CheckStatus[];
  readonly site: Site;
}

function answer({ lang, terminal }: Context, { diagnosis, own, site }: Found): Answer {
  const view = diagnosisView(diagnosis, site, lang);
  const { scope, causes, unobserved, stoppedBecause, seconds } = view;
  const layers = own.map((check) => {
    const last = check.cells[0]?.last ?? null;
    const stop = last?.layer == null ? "" : `  ${layerLine(last.layer, last.error, lang)}`;
    const state = stateOf(check);
    const mark = terminal.paint(`${terminal.glyph(state)} ${stateName(state, lang)}`, state);
    return `${mark}  ${check.kind} ${check.target}${stop}`;
  });
  const reach = scope.reasons.map(({ text }) => `→ ${text[lang]}`);
  return {
    exit: exitOf(diagnosis, own),
    json: { scope, causes, unobserved, stoppedBecause, seconds, headline: view.headline, checks: own.map(checkJson) },
    text: [...layers, ...reach, "", ...diagnosisLines(view, lang)].join("\n"),
    plain: causes.map(({ id, component, probability }) => [id, component ?? "", probability.toFixed(3)].join("\t")),
    quiet: causes.slice(0, 1).map(({ id }) => id),
  };
}

/** One that hangs is not looked at three times: then its only attempt decides. */
function stateOf({ cells }: CheckStatus): StateWord {
  const [cell] = cells;
  if (cell === undefined) return "unknown";
  return cell.state === "unknown" && cell.last?.outcome === "down" ? "down" : cell.state;
}

function checkJson(check: CheckStatus): Record<string, unknown> {
  const { kind, target, cells } = check;
  const last = cells[0]?.last ?? null;
  return { kind, target, state: stateOf(check), layer: last?.layer ?? null, error: last?.error ?? null };
}

/** 69: nothing could be reached, and this machine reaches nothing else, either. 3, too: all answer, and not as they should. */
function exitOf({ seen, noneProbability, causes }: Diagnosis, own: readonly CheckStatus[]): number {
  const states = new Set(own.map(stateOf));
  const worst = (["down", "warning", "ok"] as const).find((state) => states.has(state));
  const cutOff = seen.some(({ evidence, state }) => evidence === "vp.self" && state === "down");
  if (worst === undefined || (worst === "down" && cutOff)) return 69;
  if (worst === "ok" && noneProbability < (causes[0]?.probability ?? 0)) return 3;
  return exits[worst] ?? 69;
}
