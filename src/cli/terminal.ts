import { styleText } from "node:util";
import { eastAsianWidth } from "get-east-asian-width";
import type { StateWord } from "../kernel/model/status.ts";
import { asciiGlyphs, glyphs } from "../words/states.ts";

/** How this terminal shows states: shape and word always, colour and kanji widths where they work. */
export interface Terminal {
  readonly colour: boolean;
  readonly unicode: boolean;
  glyph(state: StateWord): string;
  /** `text` in the colour of a state */
  paint(text: string, state: StateWord): string;
  /** `text` filled with spaces to `cells` columns; kanji take two */
  pad(text: string, cells: number): string;
}

const colours = {
  ok: "green",
  warning: "yellow",
  down: "red",
  affected: "yellow",
  maintenance: "blue",
  unknown: "gray",
  paused: "gray",
} as const;

export interface TerminalFacts {
  readonly isTty: boolean;
  readonly noColour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createTerminal({ isTty, noColour, env }: TerminalFacts): Terminal {
  const colour = isTty && !noColour && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  const locale = env["LC_ALL"] ?? env["LC_CTYPE"] ?? env["LANG"] ?? "";
  // POSIX and C locales are taken at their word only on a terminal: a file or a pipe takes UTF-8
  const unicode = !isTty || /utf-?8/i.test(locale);
  return {
    colour,
    unicode,
    glyph: (state) => (unicode ? glyphs : asciiGlyphs)[state],
    paint: (text, state) => (colour ? styleText(colours[state], text) : text),
    pad: (text, cells) => text + " ".repeat(Math.max(0, cells - textWidth(text))),
  };
}

/** Columns a text takes. */
export function textWidth(text: string): number {
  let cells = 0;
  for (const character of text) cells += eastAsianWidth(character.codePointAt(0) ?? 0);
  return cells;
}
