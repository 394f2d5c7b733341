import { isUnit, isValueWord } from "./shapes.ts";

/** A token of a signature: a word, one mark, or `value`; a blank in front of its text says that a space stood before it. */
export type Token = string;

/** Stands for anything variable. */
export const value = "\u0000";
const spacedValue = ` ${value}`;
const separator = "\u0001";
/** More is not looked at: what makes a line what it is stands in front. */
export const longestLineBytes = 8_192;
const mostTokens = 400;

const hexGroups = /(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,}[0-9a-fA-F]{0,4}(?![\w:])/g;
const markCodes = Uint8Array.from({ length: 128 }, (_, code) =>
  Number("=:,;()[]{}<>\"'|?!".includes(String.fromCharCode(code))),
);
const dotCode = 46;

function isMarkCode(code: number): boolean {
  return markCodes[code] === 1;
}

/** What stays the same in lines of one kind, in order: the line's shape after all reductions. */
export function signatureOf(line: string): readonly Token[] {
  return reduce(tokenise(line));
}

export function keyOf(tokens: readonly Token[]): string {
  return tokens.join(separator);
}

export function tokensOf(key: string): readonly Token[] {
  return key === "" ? [] : key.split(separator);
}

/** The template as people read it, variables as `<*>`. */
export function templateText(tokens: readonly Token[]): string {
  return tokens.join("").trimStart().replaceAll(value, "<*>");
}

export function isValue(token: Token): boolean {
  return token === value || token === spacedValue;
}

export function bare(token: Token): string {
  return token.charCodeAt(0) === 32 ? token.slice(1) : token;
}

export function isMark(token: Token): boolean {
  const at = token.charCodeAt(0) === 32 ? 1 : 0;
  const code = token.charCodeAt(at);
  return (isMarkCode(code) && token.length === at + 1) || (code === dotCode && token.charCodeAt(at + 1) === dotCode);
}

/** Neither a value nor a mark. */
export function isConstantWord(token: Token): boolean {
  return !isValue(token) && !isMark(token);
}

function tokenise(line: string): Token[] {
  const text = clean(line);
  const tokens: Token[] = [];
  let [at, space] = [0, ""];
  while (at < text.length && tokens.length < mostTokens) {
    if (text.charCodeAt(at) <= 32) {
      at++;
      space = tokens.length > 0 ? " " : "";
      continue;
    }
    const end = pieceEnd(text, at);
    const token = tokenOf(text, at, end);
    if (token !== "") {
      tokens.push(space + token);
      space = "";
    }
    at = end;
  }
  return tokens;
}

/** Where the mark, the run of dots or the word that begins at `start` ends. */
function pieceEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (isMarkCode(first)) return start + 1;
  let at = start;
  if (isDots(text, at)) {
    while (text.charCodeAt(at) === dotCode) at++;
    return at;
  }
  while (at < text.length && isSameWord(text.charCodeAt(at), first) && !isDots(text, at)) at++;
  return at;
}

/** A change between ASCII and others begins a new word, so that a number inside Japanese text is found. */
function isSameWord(code: number, first: number): boolean {
  return code > 32 && !isMarkCode(code) && code >= 128 === first >= 128;
}

function isDots(text: string, at: number): boolean {
  return text.charCodeAt(at) === dotCode && text.charCodeAt(at + 1) === dotCode;
}

/** Empty: a dot alone. */
function tokenOf(text: string, start: number, end: number): string {
  if (isMarkCode(text.charCodeAt(start)) || isDots(text, start)) return text.slice(start, end);
  // the dot that ends a sentence is no part of its last word
  const word = text.slice(start, text.charCodeAt(end - 1) === dotCode ? end - 1 : end);
  return word !== "" && isValueWord(word, text.slice(end, end + 2)) ? value : word;
}

/** Control characters are blanks, and colon-joined groups of hexadecimal digits one number. */
function clean(line: string): string {
  // oxlint-disable-next-line no-control-regex
  const text = line.replaceAll(/[\u0000-\u001f\u007f]/g, " ");
  if (!/:[^:]*:/.test(text)) return text;
  return text.replaceAll(hexGroups, (group) => (/\d/.test(group) ? "0" : group));
}

/** Left to right, on what has been reduced so far. */
function reduce(tokens: readonly Token[]): readonly Token[] {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    if (startsAssigned(out, tokens, at)) {
      const isEmpty = !isAssignedWord(out, tokens[at]);
      out.push(!isEmpty && token.startsWith(" ") ? spacedValue : value);
      if (!isEmpty) continue;
    }
    push(out, token);
  }
  if (endsAssigning(out)) out.push(value);
  return collapse(out);
}

/** The text so far ends with `name =`. */
function endsAssigning(out: readonly Token[]): boolean {
  const name = out.at(-2);
  return bare(out.at(-1) ?? "") === "=" && name !== undefined && !isMark(name);
}

/** After `name =` stands its value, which may be empty; a mark that opens something is neither. */
function startsAssigned(out: readonly Token[], tokens: readonly Token[], at: number): boolean {
  if (!endsAssigning(out)) return false;
  const token = tokens[at] ?? "";
  if (isValue(token)) return false;
  return !/^[=<>("'[{]$/.test(bare(token)) || (token.startsWith(" ") && !(out.at(-1) ?? "").startsWith(" "));
}

/** `name=word` and `name = word`, but not the next word after `name= `. */
function isAssignedWord(out: readonly Token[], token: Token | undefined): boolean {
  if (token === undefined || isMark(token)) return false;
  return !token.startsWith(" ") || (out.at(-1) ?? "").startsWith(" ");
}

/** Adds a token and reduces the end of the list as far as it goes. */
function push(out: Token[], token: Token): void {
  if (isConstantWord(token) && isUnit(bare(token)) && isValue(out.at(-1) ?? "")) return;
  out.push(token);
  while (reduceEnd(out));
}

function reduceEnd(out: Token[]): boolean {
  const last = out.at(-1) ?? "";
  if (bare(last) === ")") return dropBracketed(out);
  if (!isValue(last)) return false;
  const before = out.at(-2) ?? "";
  if (isValue(before)) return drop(out, 1);
  if (last === value && isSign(before, out.at(-3))) {
    out.splice(-2, 2, before.startsWith(" ") ? spacedValue : value);
    return true;
  }
  return dropJoined(out, last);
}

/** `V : V` without spaces, `V , V` with and without, `V::V` */
function dropJoined(out: Token[], last: Token): boolean {
  const [third, joint] = [textAt(out, -3), textAt(out, -2)];
  if (isValue(third)) return (bare(joint) === "," || (last === value && /^[:;|]$/.test(joint))) && drop(out, 2);
  return last === value && joint === ":" && third === ":" && isValue(textAt(out, -4)) && drop(out, 3);
}

function textAt(out: readonly Token[], index: number): Token {
  return out.at(index) ?? "";
}

/** `V ( V )`: the same in other words. */
function dropBracketed(out: Token[]): boolean {
  if (out.at(-1) !== ")" || out.at(-2) !== value || bare(out.at(-3) ?? "") !== "(") return false;
  return isValue(out.at(-4) ?? "") && drop(out, 3);
}

function drop(out: Token[], count: number): boolean {
  out.length -= count;
  return true;
}

/** A sign in front of a number, behind a space or at the start. */
function isSign(before: Token, previous: Token | undefined): boolean {
  return /^[-+#<~]$/.test(bare(before)) && (before.startsWith(" ") || previous === undefined);
}

/** Values side by side that became so after they were placed. */
export function collapse(tokens: readonly Token[]): readonly Token[] {
  const out: Token[] = [];
  for (const token of tokens) push(out, token);
  return out;
}
