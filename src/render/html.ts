import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";

/** What XML and HTML cannot carry: control characters, lone surrogates, non-characters. */
const unprintable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u007f-\u0084\u0086-\u009f]/gu;

/** The same text with what no page or feed can carry shown as `�`. */
export function printable(text: string): string {
  return text.replace(unprintable, "\ufffd");
}

/** A whole document. Every text in it is escaped; nothing of it runs. */
export function htmlDocument(root: VNode): string {
  return `<!doctype html>${printable(renderToString(root))}\n`;
}

/** A part of a document, escaped the same way. */
export function htmlFragment(part: VNode): string {
  return printable(renderToString(part));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an XML element or attribute. */
export function escapeXml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
