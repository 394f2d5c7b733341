const maxBytes = 2_048;
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * Foreign text made safe to show and to store: at most 2 KB, and every control, direction-changing or unpaired character
 * written as `\u{1b}`; line breaks and tabs stay.
 */
export function printable(text: string): string {
  const shown = text.slice(0, maxBytes).replace(invisible, escape).trim();
  return Buffer.byteLength(shown) <= maxBytes ? shown : cutToBytes(shown);
}

function escape(character: string): string {
  if (character === "\n" || character === "\t") return character;
  if (character === "\r") return "";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function cutToBytes(text: string): string {
  const bytes = Buffer.from(text).subarray(0, maxBytes - 3);
  // an incomplete last character decodes to U+FFFD
  return `${bytes.toString("utf8").replace(/\uFFFD+$/u, "")}…`;
}
