export interface NamedServices {
  readonly services: readonly string[];
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

const label =
  /(?:^|\n)[\s■□▼▽●◆◇★*・【[《<(-]*(?:(?:作業|メンテナンス|影響|障害)?対象(?:の)?(?:サービス|機能|プラン|システム|範囲|設備|お客様)?|(?:影響|該当|ご利用)サービス|サービス名?|影響範囲|affected\s+(?:services?|components?|systems?|products?)|services?\s+affected|services?|components?|products?|scope)\s*[】\]》>)]?\s*[::]?[ \t]*\n?[ \t]*([^\n]{2,80})/gi;
const sentence =
  /(?:。|、|^|\n|は|中|で|\s)([^\s。、\n]{2,20})(?:を|が|は)ご?利用(?:いただけ|でき)(?:ません|なく|ない)/g;

/** What a notice says it is about, from its labels; at most ten. */
export function servicesIn(text: string): NamedServices {
  const found: { name: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(label)) {
    const value = match[1] ?? "";
    const start = match.index + match[0].length - value.length;
    if (/^[【[■▼●◆<]/.test(value)) continue;
    for (const piece of value.matchAll(/[^、,;・()]+/g)) {
      const name = cleaned(piece[0]);
      if (isName(name)) found.push({ name, start: start + piece.index, end: start + piece.index + piece[0].length });
    }
  }
  for (const match of found.length === 0 ? text.matchAll(sentence) : []) {
    const name = match[1] ?? "";
    const start = match.index + match[0].indexOf(name);
    if (isName(name)) found.push({ name, start, end: start + name.length });
  }
  const first = found.filter(({ name }, nth) => found.findIndex((one) => one.name === name) === nth).slice(0, 10);
  return { services: first.map(({ name }) => name), spans: first.map(({ start, end }) => ({ start, end })) };
}

function cleaned(piece: string): string {
  return piece
    .replace(/(?:を|の)?ご?(?:利用|契約)(?:中)?の(?:お客様|方|一部の?お客様).*$/, "")
    .replace(/(?:の)?(?:一部|全て|すべて|全部)?(?:の)?お客様.*$/, "")
    .trim();
}

function isName(name: string): boolean {
  if (name.length < 2 || name.length > 60 || /^\d+[\d:/.\s~-]*$/.test(name)) return false;
  return (
    !/^[a-z][a-z_-]*\d+(?:\.[a-z0-9.-]+)?(?:\s*[~-].*)?$/i.test(name) && !/[。::]|停止|です|ます|以下|下記/.test(name)
  );
}
