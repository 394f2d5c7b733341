const longestChars = 300;

/** What a far side said, fit to be kept and shown: one line, bounded, without control characters, secrets as `***`. */
export function safeText(text: string, secrets: readonly string[]): string {
  const hidden = secrets
    .filter((secret) => secret !== "")
    .reduce((kept, secret) => kept.replaceAll(secret, "***"), text)
    .replaceAll(/(\w+:\/\/)[^\s/@]+@/g, "$1***@");
  const line = hidden.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > longestChars ? `${line.slice(0, longestChars - 1)}…` : line;
}
