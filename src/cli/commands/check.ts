import { KoboshiError } from "../../kernel/errors.ts";
import type { Outcome, ProbeResult } from "../../kernel/model/observation.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import type { Lang } from "../../kernel/lang.ts";
import { cliWords } from "../../words/cli.ts";
import { layerLine } from "../../words/scope.ts";
import { notSeenReason } from "../../words/vantage.ts";
import { stateName } from "../../words/states.ts";
import type { Command, Context } from "../command.ts";
import { readTarget, type OneShot } from "../check-targets.ts";
import { readSite } from "../local-site.ts";
import type { Terminal } from "../terminal.ts";

const stateOf: Readonly<Record<Outcome, StateWord>> = {
  up: "ok",
  degraded: "warning",
  down: "down",
  unknown: "unknown",
};
const nagiosWord: Readonly<Record<Outcome, string>> = {
  up: "OK",
  degraded: "WARNING",
  down: "CRITICAL",
  unknown: "UNKNOWN",
};
const nagiosExit: Readonly<Record<Outcome, number>> = { up: 0, degraded: 1, down: 2, unknown: 3 };
const worstFirst: readonly Outcome[] = ["down", "degraded", "unknown", "up"];
const longestAttemptMs = 10_000;

interface Looked extends ProbeResult {
  readonly target: string;
  readonly kind: string;
}

export const check: Command = {
  name: "check",
  summary: { ja: "その場で1回だけ確かめる(koboshi の起動は不要)", en: "look once, right now; no hub needed" },
  usage: "TARGET… [--nagios]",
  examples: [
    "koboshi check https://www.example.jp",
    "koboshi check tcp://db.example.jp:5432 smtp://mail.example.jp",
    "koboshi check shop --json",
  ],
  options: { nagios: { type: "boolean" } },
  async run(context) {
    const { args, lang, terminal, values, configPath } = context;
    if (args.length === 0) throw new KoboshiError("KB1001", { what: cliWords(lang).needsTarget });
    const site = readSite(configPath);
    const shots = args.flatMap((typed) => readTarget(typed, site));
    const items = await Promise.all(shots.map((shot) => look(shot, context)));
    const worst = worstFirst.find((outcome) => items.some((item) => item.outcome === outcome)) ?? "unknown";
    return {
      exit: values["nagios"] === true ? nagiosExit[worst] : exitOf(worst),
      json: { ok: worst === "up", items },
      text:
        values["nagios"] === true
          ? nagiosLine(items, worst)
          : items.map((item) => line(item, terminal, lang)).join("\n"),
      plain: items.map(({ target, outcome, layer, error }) =>
        [target, outcome, layer ?? "", error?.code ?? ""].join("\t"),
      ),
      quiet: items.filter(({ outcome }) => outcome !== "up").map(({ target }) => target),
    };
  },
};

async function look({ target, probe, spec }: OneShot, { clock, signal, timeoutMs }: Context): Promise<Looked> {
  const result = await probe.run(spec, {
    clock,
    signal,
    timeoutMs: probe.defaults?.timeoutMs ?? Math.min(timeoutMs, longestAttemptMs),
    trustedHosts: new Set(probe.hosts(spec)),
  });
  return { target, kind: probe.kind, ...result };
}

/** 69: nothing could be looked at because this machine has no network. */
function exitOf(worst: Outcome): number {
  return { up: 0, degraded: 3, down: 4, unknown: 69 }[worst];
}

function line(item: Looked, terminal: Terminal, lang: Lang): string {
  const state = stateOf[item.outcome];
  const mark = terminal.paint(`${terminal.glyph(state)} ${stateName(state, lang)}`, state);
  const total = `${item.timings.totalMs.toFixed(1)} ms`;
  const unseen = item.outcome === "unknown" ? notSeenReason(item.error?.code ?? "", lang) : null;
  const why = unseen === null ? stopped(item, lang) : `\n  ${unseen.text}\n  ${unseen.fix}`;
  const said = item.error === null ? "" : `\n  [${item.error.code}] ${item.error.text.split("\n")[0] ?? ""}`;
  return `${mark}  ${item.target}  ${total}${item.address === null ? "" : `  (${item.address})`}${why}${said}`;
}

/** At which layer it stops, in words; nothing when all that was asked for was met. */
function stopped({ layer, error }: Looked, lang: Lang): string {
  return layer === null ? "" : `\n  ${layerLine(layer, error, lang)}`;
}

/** Status line and perfdata. Source: Monitoring Plugins Development Guidelines §2.6. */
function nagiosLine(items: readonly Looked[], worst: Outcome): string {
  const first = items.find((item) => item.outcome === worst);
  const perfdata = items.map(
    (item, index) => `time${index === 0 ? "" : index}=${(item.timings.totalMs / 1000).toFixed(6)}s;;;0`,
  );
  const what = first === undefined ? "" : `${first.target}${first.error === null ? "" : ` ${first.error.code}`}`;
  return `KOBOSHI ${nagiosWord[worst]} - ${what.replaceAll("|", " ")} | ${perfdata.join(" ")}`;
}
