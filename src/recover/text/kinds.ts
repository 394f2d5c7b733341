/** Each known way in which text becomes unreadable; keys of words. */
export const mojibakeKinds = [
  "utf8-as-latin1",
  "utf8-as-cp932",
  "utf8-as-eucjp",
  "cp932-as-latin1",
  "eucjp-as-latin1",
  "eucjp-as-cp932",
  "cp932-as-eucjp",
  "iso2022jp-raw",
  "question-marks",
  "replacement-chars",
] as const;
export type MojibakeKind = (typeof mojibakeKinds)[number];

/** A text that is not what was written. */
export interface Mojibake {
  readonly kind: MojibakeKind;
  /** 0–1: 1 when undoing it is itself the proof */
  readonly confidence: number;
  /** evidence to show beside the original, never to be written back; null when the text is lost */
  readonly fixed: string | null;
}
