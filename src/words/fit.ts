import { eastAsianWidth } from "get-east-asian-width";

/** Columns a text takes where kanji take two; shapes like ■ are drawn wide by the fonts mails are read in. */
export function mailColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += eastAsianWidth(character.codePointAt(0) ?? 0, { ambiguousAsWide: true });
  return columns;
}

/** The text, or its beginning and `…`, in at most `columns`. */
export function fit(text: string, columns: number): string {
  if (mailColumns(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (mailColumns(kept + character) > columns - 2) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
