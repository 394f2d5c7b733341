/** One word for a POSIX shell, whatever it holds: names that came from a machine are foreign text. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function shellWords(words: readonly string[]): string {
  return words.map((word) => shellWord(word)).join(" ");
}
