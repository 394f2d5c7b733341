import type { JSX } from "preact";
import type { Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { clockTime, dateTime, fullDateTime, rfc3339 } from "../words/format.ts";
import { glyphs, stateName } from "../words/states.ts";

/** U+FE0E: the shape as text, never as a coloured picture. */
const asText = "\ufe0e";

/** A state's shape alone, for the eye; the word must stand beside it. */
export function Glyph({ state }: { state: StateWord }): JSX.Element {
  return <span aria-hidden="true">{state === "paused" ? glyphs.paused + asText : glyphs[state]}</span>;
}

/** A state as shape, word and colour. `word` replaces the usual word of the state. */
export function StateMark({ state, lang, word }: { state: StateWord; lang: Lang; word?: string }): JSX.Element {
  return (
    <span class={`mark c-${state}`}>
      <Glyph state={state} /> {word ?? stateName(state, lang)}
    </span>
  );
}

const writers = { clock: clockTime, date: dateTime, full: fullDateTime };

export interface TimeProps {
  /** Unix epoch, UTC */
  readonly atMs: number;
  /** IANA zone it is written in */
  readonly zone: string;
  readonly lang: Lang;
  /** `clock` 2:12, `date` (usual) 11月22日(日) 2:12, `full` 2026年11月22日(日) 2:12 JST */
  readonly show?: keyof typeof writers;
}

/** A moment in the site's zone, with the machine's form beside it. */
export function Time({ atMs, zone, lang, show = "date" }: TimeProps): JSX.Element {
  return <time dateTime={rfc3339(atMs, zone)}>{writers[show](atMs, zone, lang)}</time>;
}
