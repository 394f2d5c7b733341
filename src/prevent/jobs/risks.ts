/** Programs that do no harm when they run once more. Source: their own documentation. */
const safePrograms =
  /(?:^|[\s/;&|(])(?:restic|rsync|certbot\s+(?:-\S+\s+)*renew|certbot-renew|logrotate|updatedb|mandb|apt-daily|apt-get\s+update|apt\s+update|sa-update|freshclam|fstrim)\b/;

/** Words of a line that speak for care when it runs twice, or at another time than it was meant for. */
const careful: readonly (readonly [string, RegExp])[] = [
  ["mail", /\b(?:mail|mailx|mutt|sendmail|swaks)\b/],
  ["rm", /(?:^|[\s;&|(/])rm\s/],
  ["-delete", /\s-delete\b|\s-mtime\b/],
  [">>", />>/],
  ["mysql <", /\b(?:mysql|mariadb|psql)\b[^|;]*<|\bpg_restore\b/],
  ["POST", /\bcurl\b.*(?:-X\s*POST|--data|\s-d\s|\s-F\s)|\bwget\b.*--post/],
  ["pay", /\b(?:bill|billing|invoice|charge|payment|payout)\w*/i],
];

/** What a command says of itself; a word of the configuration goes before. */
export function twiceOf(line: string): { readonly isSafeTwice: boolean | null; readonly risks: readonly string[] } {
  const risks = careful.flatMap(([word, pattern]) => (pattern.test(line) ? [word] : []));
  return { isSafeTwice: risks.length === 0 && isKnownSafe(line) ? true : null, risks };
}

/** Only looks or moves about. */
const harmless = /^\s*(?:cd|test|\[|true|sleep|nice|ionice|set|export|umask|flock)\b|^\s*\[\s|^\s*$/;

/** One known program beside an unknown one proves nothing. */
function isKnownSafe(line: string): boolean {
  const parts = line.split(/&&|\|\||[;|]/);
  return (
    parts.some((part) => safePrograms.test(part)) &&
    parts.every((part) => safePrograms.test(part) || harmless.test(part))
  );
}
