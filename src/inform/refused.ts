/** Why a place does not take the page: `CODE` or `CODE: what was seen`; words/page.ts says each code in both languages. */
export class PageRefused extends Error {
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = "PageRefused";
    this.reason = reason;
  }
}
