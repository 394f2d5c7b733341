import { isTag, type ChildNode, type Element } from "domhandler";
import { textContent } from "domutils";
import { parseDocument } from "htmlparser2";
import { readStampText } from "./stamp-text.ts";

/** One notice as a source gives it; HTML or plain. */
export interface FeedItem {
  /** the same for the same notice, however it is rewritten */
  readonly guid: string;
  readonly title: string;
  readonly text: string;
  /** foreign: shown, never followed */
  readonly link: string | null;
  /** null: no readable date */
  readonly publishedAtMs: number | null;
}

/** A feed lists this many at most; older ones were read before. */
const mostItems = 200;
const longestText = 400_000;

/** RSS 2.0, RSS 1.0 (RDF) and Atom; a feed that was cut still gives its whole entries. @returns null when it is none of them */
export function feedItems(xml: string): readonly FeedItem[] | null {
  const document = parseDocument(xml, { xmlMode: true });
  const root = document.children.find(
    (node): node is Element => isTag(node) && /^(?:rss|feed|rdf:RDF)$/i.test(node.name),
  );
  if (root === undefined) return null;
  const isAtom = local(root) === "feed";
  const parents = isAtom ? [root] : [root, ...children(root).filter((one) => local(one) === "channel")];
  const entries = parents.flatMap((one) =>
    children(one).filter((child) => local(child) === (isAtom ? "entry" : "item")),
  );
  return entries.slice(0, mostItems).map((entry) => itemOf(entry, isAtom));
}

function itemOf(entry: Element, isAtom: boolean): FeedItem {
  const title = textOf(entry, ["title"]).trim();
  const link = isAtom ? atomLink(entry) : blankNull(textOf(entry, ["link"]));
  const text = textOf(entry, ["content:encoded", "content", "description", "summary"]).slice(0, longestText);
  const published = textOf(entry, ["updated", "pubDate", "dc:date", "published", "date"]);
  const id = blankNull(textOf(entry, ["guid", "id"])) ?? blankNull(entry.attribs["rdf:about"] ?? "") ?? link;
  return {
    guid: (id ?? `${title}\n${published}`).slice(0, 500),
    title: title.slice(0, 500),
    text,
    link: webLink(link),
    publishedAtMs: readStampText(published),
  };
}

function children({ children: nodes }: { readonly children: readonly ChildNode[] }): readonly Element[] {
  return nodes.filter((node): node is Element => isTag(node));
}

function local({ name }: Element): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}

/** Of the first of these that has words; a name with a prefix must match wholly, another one without its own prefix. */
function textOf(entry: Element, names: readonly string[]): string {
  for (const name of names) {
    const wanted = name.toLowerCase();
    const found = children(entry).find(
      (child) =>
        child.name.toLowerCase() === wanted ||
        (!wanted.includes(":") && !child.name.includes(":") && local(child) === wanted),
    );
    const text = found === undefined ? "" : textContent(found);
    if (text.trim() !== "") return text;
  }
  return "";
}

function atomLink(entry: Element): string | null {
  const links = children(entry).filter((child) => local(child) === "link");
  const best = links.find(({ attribs }) => (attribs["rel"] ?? "alternate") === "alternate") ?? links[0];
  return blankNull(best?.attribs["href"] ?? "");
}

function blankNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

/** Only what a browser may be sent to. */
export function webLink(link: string | null, base?: string): string | null {
  if (link === null || link.length > 2_000 || !URL.canParse(link, base)) return null;
  const url = new URL(link, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}
