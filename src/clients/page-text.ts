/** An HTML page names its charset within this many bytes. Source: WHATWG HTML §4.2.5.4. */
const metaWithinBytes = 1_024;
/**
 * Tried when a page names no charset and is not UTF-8: the ones Japanese sites used. EUC-JP first: Shift_JIS text is
 * seldom valid EUC-JP, while EUC-JP text reads as Shift_JIS full of half-width kana.
 */
const guesses = ["euc-jp", "shift_jis"] as const;

export interface PageText {
  readonly text: string;
  /** WHATWG name: `utf-8`, `shift_jis` … */
  readonly charset: string;
  /** characters that could not be read and became U+FFFD */
  readonly replacementCharacters: number;
}

/**
 * Reads a page's bytes as text by the charset its header, its byte order mark or its own `<meta>` names, and guesses only
 * when none does. Never fails: what cannot be read becomes U+FFFD.
 */
export function readPageText(bytes: Uint8Array, contentType: string | undefined): PageText {
  const named =
    markedCharset(bytes) ?? /charset\s*=\s*["']?([^\s"';,]+)/i.exec(contentType ?? "")?.[1] ?? metaCharset(bytes);
  const declared = named === undefined ? undefined : decoderFor(named);
  if (declared !== undefined) return decode(declared, bytes);
  const plain = decode(new TextDecoder(), bytes);
  if (plain.replacementCharacters === 0)
    return hasJisEscapes(bytes) ? decode(new TextDecoder("iso-2022-jp"), bytes) : plain;
  const tries = [plain, ...guesses.map((charset) => decode(new TextDecoder(charset), bytes))];
  return tries.toSorted((a, b) => misread(a) - misread(b))[0] ?? plain;
}

function decode(decoder: TextDecoder, bytes: Uint8Array): PageText {
  const text = decoder.decode(bytes);
  return { text, charset: decoder.encoding, replacementCharacters: count(text, "\uFFFD") };
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    // a label no browser knows either counts as none
    return undefined;
  }
}

function markedCharset(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : undefined;
}

function metaCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, metaWithinBytes)).toString("latin1");
  return /<meta\b[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})/i.exec(head)?.[1];
}

/** ISO-2022-JP is plain ASCII with escapes into JIS X 0208. */
function hasJisEscapes(bytes: Uint8Array): boolean {
  return ["\u001B$B", "\u001B$@"].some((escape) => Buffer.from(bytes).includes(escape));
}

/** Characters no page means: what could not be read, and C1 controls, as which ICU reads stray bytes of EUC-JP. */
function misread({ text }: PageText): number {
  return text.match(/[\uFFFD\u0080-\u009F]/g)?.length ?? 0;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}
