/** Text from outside stays on its line, whatever it holds. */
export function safeLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}
