import { createHash } from "node:crypto";

/**
 * What an open page needs to become the page as it is now: the rows it does not have in this form, and, when anything
 * around them changed, the page with an empty place for each row.
 */
export interface LiveAnswer {
  readonly title: string;
  /** the tab's icon */
  readonly icon: string;
  /** parts outside `<main>` by their id */
  readonly parts: Readonly<Record<string, string>>;
  readonly main: string | null;
  /** by row, as it is written */
  readonly rows: readonly string[];
  /** what the page has then, to be shown with the next question */
  readonly have: string;
}

/** A row holds no other element of its own name, so it ends at the first closing tag. */
const row = /<(li|tr) data-live="([^"]*)"[^]*?<\/\1>/g;
const hashChars = 8;
const mostHaveChars = 8_000;

/** @param have what `have` of the last answer said; empty for the first */
export function liveAnswer(
  html: string,
  have: string,
  around: Pick<LiveAnswer, "title" | "icon" | "parts">,
): LiveAnswer {
  const known = new Set(have.split("."));
  const hashes: string[] = [];
  const rows: string[] = [];
  const shell = html.replace(row, (written: string, tag: string, key: string) => {
    const hash = hashOf(written);
    hashes.push(hash);
    if (!known.has(hash)) rows.push(written);
    return `<${tag} data-live="${key}"></${tag}>`;
  });
  const shellHash = hashOf(shell);
  const now = [shellHash, ...hashes].join(".");
  return {
    ...around,
    main: known.has(shellHash) ? null : shell,
    rows,
    // a page of very many rows is sent whole each time rather than asked for with a header no server takes
    have: now.length > mostHaveChars ? "" : now,
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, hashChars);
}
