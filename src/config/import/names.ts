const longestKey = 60;

/** Names in use, each with the number its last namesake got. */
export type Taken = Map<string, number>;

/** A key of the configuration made of what people called it; kanji stay. @param taken gets the new key */
export function keyFrom(name: string, taken: Taken): string {
  const plain = name
    .normalize("NFC")
    .slice(0, 400)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s:@/]+/gu, "-")
    .replaceAll(/-{2,}/g, "-")
    .replaceAll(/^[-.]+|-+$/g, "");
  const cased = /^[\x21-\x7e]+$/.test(plain) ? plain.toLowerCase() : plain;
  const short = cut(cased.replace(/^__proto__$/, "proto"));
  return unique(short === "" ? "item" : short, taken, "-");
}

/** By characters, and never more than the language takes in UTF-16 units. */
function cut(text: string): string {
  let kept = "";
  for (const character of text) {
    if (kept.length + character.length > longestKey) break;
    kept += character;
  }
  return kept;
}

/** `KOBOSHI_SHOP_PASSWORD`; what has no Latin letters is numbered. */
export function variableFrom(owner: string, purpose: string, taken: Taken): string {
  const parts = ["KOBOSHI", word(owner), word(purpose)].filter((part) => part !== "");
  return unique(parts.join("_"), taken, "_");
}

function unique(wanted: string, taken: Taken, joint: string): string {
  let name = wanted;
  for (let count = taken.get(wanted) ?? 1; taken.has(name);) {
    count += 1;
    name = `${wanted}${joint}${count}`;
    taken.set(wanted, count);
  }
  taken.set(name, 1);
  return name;
}

function word(text: string): string {
  return text
    .slice(0, 200)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 40);
}
