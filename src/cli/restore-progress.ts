import type { Lang } from "../kernel/lang.ts";
import type { RestoreTold } from "../kernel/ports-restore.ts";
import { progressText, restoreWords, setbackText } from "../words/recovery-restore.ts";

const barCells = 24;
const redrawMs = 250;
const lineEveryMs = 60_000;

/** Shows how far a restore is: a line that is redrawn on a terminal, else one each ten percent or minute. */
export function createRestoreProgress(wanted: {
  readonly lang: Lang;
  readonly isTty: boolean;
  write(text: string): void;
}): { take(told: RestoreTold): void; end(): void } {
  const { lang, isTty, write } = wanted;
  const state = { shownAtMs: Number.NEGATIVE_INFINITY, tenth: -1, isDrawn: false };
  const line = (text: string): void => {
    write(`${state.isDrawn ? "\r\u001B[K" : ""}${text}\n`);
    state.isDrawn = false;
  };
  return {
    take(told) {
      const setback = setbackText(told, lang);
      if (setback !== null) line(setback);
      const { doneBytes, totalBytes, at } = told;
      const share = totalBytes === null || totalBytes === 0 ? 0 : Math.min(1, doneBytes / totalBytes);
      const waitedMs = at.monotonicMs - state.shownAtMs;
      const tenth = Math.floor(share * 10);
      if (isTty ? waitedMs < redrawMs && share < 1 : tenth === state.tenth && waitedMs < lineEveryMs) return;
      [state.shownAtMs, state.tenth] = [at.monotonicMs, tenth];
      const text = progressText(told, lang);
      if (!isTty) return line(text);
      const full = Math.round(share * barCells);
      write(`\r\u001B[K${"█".repeat(full)}${"░".repeat(barCells - full)} ${text}  ${restoreWords(lang).hint}`);
      state.isDrawn = true;
    },
    end() {
      if (state.isDrawn) write("\n");
      state.isDrawn = false;
    },
  };
}
