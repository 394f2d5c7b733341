import type { Lang } from "../../kernel/lang.ts";

/**
 * A piece of a report. A `fact` comes from the ledger and cannot be edited; `evidence` is where it can be looked up, left
 * out of what customers get. A `blank` is what only people can say: `value` null while nobody has.
 */
export type Span =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "fact"; readonly text: string; readonly evidence: string | null }
  | { readonly kind: "blank"; readonly key: string; readonly hint: string; readonly value: string | null };

export type Line = readonly Span[];

export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly line: Line; readonly align?: "right" | "center" }
  | { readonly kind: "list"; readonly lines: readonly Line[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] };

/** One report in one language for one audience, ready to be written in any format. */
export interface ReportDocument {
  readonly lang: Lang;
  readonly version: ReportVersion;
  /** `KB-2026-241` */
  readonly number: string;
  readonly edition: number;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export const reportVersions = ["customer", "internal"] as const;
export type ReportVersion = (typeof reportVersions)[number];

export function text(words: string): Span {
  return { kind: "text", text: words };
}

/** A fact; `evidence` is left out by the customers' builders. */
export function fact(words: string, evidence: string | null = null): Span {
  return { kind: "fact", text: words, evidence };
}

export function paragraph(...line: readonly Span[]): Block {
  return { kind: "paragraph", line };
}

export function heading(words: string): Block {
  return { kind: "heading", text: words };
}

export function list(...lines: readonly Line[]): Block {
  return { kind: "list", lines };
}

/** Every blank of a document that nobody has filled, by key, in order. */
export function openBlanks({ blocks }: Pick<ReportDocument, "blocks">): readonly string[] {
  const keys = blocks.flatMap(linesOf).flatMap((line) => line.flatMap((span) => (isOpen(span) ? [span.key] : [])));
  return [...new Set(keys)];
}

function isOpen(span: Span): span is Extract<Span, { kind: "blank" }> {
  return span.kind === "blank" && span.value === null;
}

/** The lines of a block, whatever it is. */
function linesOf(block: Block): readonly Line[] {
  if (block.kind === "heading") return [];
  if (block.kind === "paragraph") return [block.line];
  return block.kind === "list" ? block.lines : block.rows.flat();
}
