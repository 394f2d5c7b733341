import type { z } from "zod";
import type { ServiceJson } from "../api/schemas.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { layerLine } from "../words/scope.ts";
import { cliServiceWords } from "../words/cli-service.ts";
import { cliWords } from "../words/cli.ts";
import { duration } from "../words/format.ts";
import { vantageName } from "../words/incident.ts";
import { milliseconds, percent } from "../words/figures.ts";
import { serviceWords } from "../words/services.ts";
import { stateName } from "../words/states.ts";
import type { HubClient } from "./client.ts";
import { wallTime } from "./incident-text.ts";
import type { Terminal } from "./terminal.ts";

export type ServiceAnswer = z.output<typeof ServiceJson>;
export interface PausedAnswer {
  readonly checkId: string;
  readonly reason: string;
  readonly until: string;
}
export interface PastAnswer {
  readonly ratio: number | null;
  readonly downSeconds: number;
  readonly outages: number;
  readonly days: readonly { readonly date: string }[];
}

/** @throws KoboshiError KB1001 when no service is named */
export function serviceKey(args: readonly string[], lang: Lang): string {
  const [key] = args;
  if (key === undefined) throw new KoboshiError("KB1001", { what: cliServiceWords(lang).needsKey });
  return key.replace(/^service:/, "");
}

export function readService(hub: HubClient, key: string): Promise<ServiceAnswer & { pauses: PausedAnswer[] }> {
  return hub.get(`/api/v1/services/${encodeURIComponent(key)}`);
}

/** `■ 障害        ネットショップ  (原因: db)`. */
export function serviceLine(service: ServiceAnswer, terminal: Terminal, lang: Lang): string {
  const { state, name, because } = service;
  const why = because === null ? "" : `  (${cliWords(lang).because(because)})`;
  return `${mark(terminal, state, terminal.pad(stateName(state, lang), 12))} ${name}${why}`;
}

export function mark(terminal: Terminal, state: StateWord, text: string): string {
  return terminal.paint(`${terminal.glyph(state)} ${text}`, state);
}

/** Each check, and what every vantage sees of it. */
export function checkLines(service: ServiceAnswer, terminal: Terminal, lang: Lang): string[] {
  return service.checks.flatMap((check) => [
    `  ${mark(terminal, check.state, terminal.pad(stateName(check.state, lang), 12))} ${check.name}`,
    ...check.cells.map(({ vantage, state, last }) => {
      const ms = last === null ? "" : milliseconds(last.timings["totalMs"] ?? 0, lang);
      const said =
        last?.error === null || last === null
          ? ms
          : layerLine(last.layer, last.error, lang) || (last.error.text.split("\n")[0] ?? "");
      return `      ${mark(terminal, state, terminal.pad(vantageName(vantage, lang), 14))} ${said}`;
    }),
  ]);
}

/** `90日: 停止 1時間31分 (99.93 %)`. */
export function pastLine({ ratio, downSeconds, days }: PastAnswer, lang: Lang): string {
  const words = serviceWords(lang);
  if (ratio === null) return words.notWatched;
  const text =
    downSeconds > 0
      ? words.stopped(duration(downSeconds * 1_000, lang), percent(ratio))
      : words.neverStopped(percent(1));
  return cliServiceWords(lang).past(days.length, text);
}

/** The day as well: a pause may last for weeks. */
export function untilText(iso: string, lang: Lang): string {
  return `${iso.slice(0, 10)} ${wallTime(iso, lang)}`;
}
