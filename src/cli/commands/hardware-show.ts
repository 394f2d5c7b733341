import { safeText } from "../../clients/safe-text.ts";
import type { HardwareHealth } from "../../kernel/model/hardware.ts";
import type { Lang } from "../../kernel/lang.ts";
import { hardwareWords, healthName, powerName, sensorValue, sourceStateName } from "../../words/hardware.ts";
import { stateName } from "../../words/states.ts";
import type { Answer, Context } from "../command.ts";
import type { HardwareAnswer, HardwareSourceAnswer } from "../hardware-text.ts";
import { wallTime } from "../incident-text.ts";

const shownEntries = 10;

/** One machine with all that is read of it; with `--trust`, its controller's new certificate is confirmed first. */
export async function showHardware({ hub, lang, values, terminal }: Context, host: string): Promise<Answer> {
  const at = `/api/v1/hardware/${encodeURIComponent(host)}`;
  const fingerprint = values["trust"];
  const machine =
    typeof fingerprint === "string"
      ? await hub().post<HardwareAnswer>(`${at}/trust?lang=${lang}`, { fingerprint })
      : await hub().get<HardwareAnswer>(`${at}?lang=${lang}`);
  const say = hardwareWords(lang);
  const state = terminal.paint(`${terminal.glyph(machine.state)} ${stateName(machine.state, lang)}`, machine.state);
  const answered = machine.answeredAt === null ? say.neverAnswered : wallTime(machine.answeredAt, lang);
  const lines = [
    `${state}  ${machine.host}  ${say.power} ${powerName(machine.power, lang)}  ${say.lastAnswer} ${answered}`,
    ...machine.sources.flatMap((source) => ["", ...sourceLines(source, { lang, pad: terminal.pad })]),
  ];
  const sensors = machine.sources.flatMap(({ kind, reading }) =>
    (reading?.sensors ?? []).map((sensor) => ({ kind, sensor })),
  );
  return {
    exit: machine.state === "down" || machine.state === "warning" ? 3 : 0,
    json: { hardware: machine },
    text: lines.join("\n"),
    plain: sensors.map(({ kind, sensor: { name, value, unit, health } }) =>
      [kind, name, value ?? "", unit, health].join("\t"),
    ),
    quiet: [machine.host],
  };
}

interface Style {
  readonly lang: Lang;
  pad(text: string, width: number): string;
}

/** What a controller says is foreign: no control character of it reaches the terminal. */
function sourceLines(
  { kind, address, state, reason, certificate, reading }: HardwareSourceAnswer,
  { lang, pad }: Style,
): readonly string[] {
  const answered = reason === null ? "" : ` (${safeText(reason, [])})`;
  return [
    `${kind} ${address}: ${sourceStateName(state, lang)}${answered}`,
    ...certificateLines(certificate, lang),
    ...(reading === null ? [] : readingLines(reading, { lang, pad })),
  ];
}

function certificateLines(certificate: HardwareSourceAnswer["certificate"], lang: Lang): readonly string[] {
  if (certificate?.trust !== "changed") return [];
  const say = hardwareWords(lang);
  const { fingerprint, kept } = certificate;
  return [say.certificateChanged, say.certificateNow(fingerprint), say.certificateBefore(kept ?? "—")].map(
    (line) => `  ${line}`,
  );
}

function readingLines(
  { maker, model, serial, sensors, drives, log }: NonNullable<HardwareSourceAnswer["reading"]>,
  { lang, pad }: Style,
): readonly string[] {
  const say = hardwareWords(lang);
  const board = [maker, model, serial].filter((one) => one !== null).join(", ");
  const row = (name: string, value: string, health: HardwareHealth): string =>
    `  ${pad(safeText(name, []), 28)} ${pad(safeText(value, []), 14)} ${healthName(health, lang)}`;
  return [
    ...(board === "" ? [] : [`  ${safeText(board, [])}`]),
    ...sensors.map((sensor) => row(sensor.name, sensorValue(sensor), sensor.health)),
    ...drives.map((drive) => row(drive.name, drive.model ?? "", drive.health)),
    ...(log.length === 0 ? [] : [`  ${say.log}`]),
    ...log
      .slice(0, shownEntries)
      .map(({ at, text }) => `    ${at === null ? say.noTime : wallTime(at, lang)}  ${safeText(text, [])}`),
  ];
}
