import { selectAll } from "css-select";
import { isTag, type AnyNode, type Element } from "domhandler";
import { findAll, getOuterHTML } from "domutils";
import { parseDocument } from "htmlparser2";
import { err, ok, type Result } from "../kernel/result.ts";

/** One part of a page that is a notice. */
export interface PagePart {
  readonly html: string;
  /** the first link inside, as it is written; null without one */
  readonly href: string | null;
}

/** A page is not more notices than this. */
const mostParts = 100;
/** Deeper nesting is a broken page or bait. */
const deepest = 200;

/**
 * The parts of a page a CSS selector finds, in order; the whole page without a selector.
 * @returns `bad-selector` when it cannot be read, `selector-empty` when the page has nothing there
 */
export function selectParts(
  html: string,
  selector: string | null,
): Result<readonly PagePart[], "bad-selector" | "selector-empty"> {
  const page = parseDocument(html);
  cutDepth(page.children, 0);
  if (selector === null) return ok([{ html, href: null }]);
  let found: readonly Element[];
  try {
    found = selectAll<AnyNode, Element>(selector, page);
  } catch {
    return err("bad-selector"); // css-what throws for what is no selector
  }
  if (found.length === 0) return err("selector-empty");
  return ok(found.slice(0, mostParts).map((element) => ({ html: getOuterHTML(element), href: hrefIn(element) })));
}

function cutDepth(nodes: readonly AnyNode[], depth: number): void {
  for (const node of nodes) {
    if (!isTag(node)) continue;
    if (depth >= deepest) node.children = [];
    else cutDepth(node.children, depth + 1);
  }
}

function hrefIn(element: Element): string | null {
  const [link] = findAll((one) => one.name === "a" && one.attribs["href"] !== undefined, [element]);
  return link?.attribs["href"] ?? null;
}
