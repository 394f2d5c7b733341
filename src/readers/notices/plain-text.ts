import { Parser } from "htmlparser2";

const blockTags = new Set(
  "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody thead tr ul".split(
    " ",
  ),
);
const silentTags = new Set(["script", "style", "template", "noscript", "svg", "head", "title"]);
const cellTags = new Set(["td", "th"]);

/** Whether a text is HTML: it has closing tags, line breaks or entities of it. */
export function looksLikeHtml(text: string): boolean {
  return /<\/[a-z][a-z0-9]{0,12}\s*>|<br\s*\/?>/i.test(text);
}

/** The words of an HTML text, a line for each block and each row of a table; scripts and styles are left out. */
export function htmlLines(html: string): string {
  const parts: string[] = [];
  let silent = 0;
  const parser = new Parser(
    {
      onopentag(name) {
        if (silentTags.has(name)) silent += 1;
        else if (blockTags.has(name)) parts.push("\n");
        else if (cellTags.has(name)) parts.push(" ");
      },
      onclosetag(name) {
        if (silentTags.has(name)) silent = Math.max(0, silent - 1);
        else if (blockTags.has(name) && name !== "br") parts.push("\n");
      },
      ontext(text) {
        if (silent === 0) parts.push(text.replaceAll(/[\t\r\n ]+/g, " "));
      },
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  const lines = parts
    .join("")
    .split("\n")
    .map((line) => line.trim());
  return lines
    .filter((line, nth) => line !== "" || (lines[nth - 1] ?? "") !== "")
    .join("\n")
    .trim();
}

const forwardedHead =
  /^(?:-{2,}\s*(?:Original Message|元のメッセージ|転送メッセージ|Forwarded message).*|On .{5,120} wrote:|.{5,80}のメール:|_{20,})$/im;

/** A mail or a page as plain lines. What it quotes of an older message is left out, unless there is nothing else. */
export function plainText(text: string): string {
  const plain = looksLikeHtml(text) ? htmlLines(text) : text;
  const head = forwardedHead.exec(plain);
  const own = (head === null ? plain : plain.slice(0, head.index))
    .split("\n")
    .filter((line) => !/^\s*>/.test(line))
    .join("\n");
  return own.trim().length < 20 ? plain : own;
}
