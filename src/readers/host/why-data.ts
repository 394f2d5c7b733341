import type { HostFolder } from "../../kernel/model/host-service-answers.ts";
import { figure } from "./why-samples.ts";

/** The section `data`: `dir FILES BYTES NEWEST PATH`, `slow …` where time ran out, `file BYTES TIME PATH`, `gone PATH`, `denied PATH`. */
export function foldersOf(lines: readonly string[]): readonly HostFolder[] {
  return lines.flatMap((line): HostFolder[] => {
    const folder = /^(dir|slow) (\d+) (\d+) (\d+) (\/.*)$/.exec(line);
    if (folder !== null) {
      const [, kind, files, bytes, newest, path = ""] = folder;
      // half a count is no count
      if (kind === "slow") return [{ path, state: "slow", files: null, bytes: null, newestAtMs: null }];
      const newestAtMs = Number(newest) === 0 ? null : Number(newest) * 1_000;
      return [{ path, state: "there", files: Number(files), bytes: Number(bytes), newestAtMs }];
    }
    const file = /^file (\d+|-) (\d+|-) (\/.*)$/.exec(line);
    if (file !== null) {
      const seconds = figure(file[2]);
      const newestAtMs = seconds === null ? null : seconds * 1_000;
      return [{ path: file[3] ?? "", state: "there", files: 1, bytes: figure(file[1]), newestAtMs }];
    }
    const other = /^(gone|denied) (\/.*)$/.exec(line);
    if (other === null) return [];
    const state = other[1] === "gone" ? "gone" : "denied";
    return [{ path: other[2] ?? "", state, files: null, bytes: null, newestAtMs: null }];
  });
}
