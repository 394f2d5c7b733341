import type { HostAnswers, HostPressure } from "../../kernel/model/host-answers.ts";
import { tagged } from "./frame.ts";

/** The section `pressure`: /proc/pressure/cpu, memory and io. */
export function pressureOf(lines: readonly string[]): HostAnswers["pressure"] {
  const of = (part: string): HostPressure | null => oneOf(tagged(lines, part));
  const all = { cpu: of("cpu"), memory: of("memory"), io: of("io") };
  return Object.values(all).every((one) => one === null) ? null : all;
}

/** `some avg10=0.41 avg60=5.28 avg300=7.69 total=14001716891`, percent */
function oneOf(rows: readonly string[]): HostPressure | null {
  const ratio = (who: string, span: string): number | null => {
    const text = new RegExp(String.raw`^${who} .*\b${span}=(\d{1,3}\.\d+)`).exec(
      rows.find((row) => row.startsWith(`${who} `)) ?? "",
    )?.[1];
    return text === undefined ? null : Math.round(Number(text) * 100) / 10_000;
  };
  const [some10Ratio, some60Ratio] = [ratio("some", "avg10"), ratio("some", "avg60")];
  if (some10Ratio === null || some60Ratio === null) return null;
  return { some10Ratio, some60Ratio, full10Ratio: ratio("full", "avg10") };
}
