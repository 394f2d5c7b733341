/** Kana by its Latin letters (Hepburn, with the spellings people type on a keyboard). Two-kana sounds come first. */
const sounds =
  "きゃkya きゅkyu きょkyo しゃsha しゅshu しょsho ちゃcha ちゅchu ちょcho にゃnya にゅnyu にょnyo ひゃhya ひゅhyu ひょhyo みゃmya みゅmyu みょmyo りゃrya りゅryu りょryo " +
  "ぎゃgya ぎゅgyu ぎょgyo じゃja じゅju じょjo びゃbya びゅbyu びょbyo ぴゃpya ぴゅpyu ぴょpyo ふぁfa ふぃfi ふぇfe ふぉfo てぃti でぃdi うぃwi うぇwe うぉwo ゔぁva ゔぃvi ゔぇve ゔぉvo しぇshe じぇje ちぇche とぅtu どぅdu " +
  "あa いi うu えe おo かka きki くku けke こko さsa しshi すsu せse そso たta ちchi つtsu てte とto なna にni ぬnu ねne のno はha ひhi ふfu へhe ほho まma みmi むmu めme もmo やya ゆyu よyo らra りri るru れre ろro わwa をo んn " +
  "がga ぎgi ぐgu げge ごgo ざza じji ずzu ぜze ぞzo だda ぢji づzu でde どdo ばba びbi ぶbu べbe ぼbo ぱpa ぴpi ぷpu ぺpe ぽpo ゔvu ぁa ぃi ぅu ぇe ぉo ゃya ゅyu ょyo";
const latin = new Map(sounds.split(" ").map((pair) => [pair.replace(/[a-z]/g, ""), pair.replace(/[^a-z]/g, "")]));

/** Width, case and kind of kana do not matter: `ﾊﾞｯｸｱｯﾌﾟ`, `バックアップ` and `ばっくあっぷ` are the same. */
export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60));
}

/** The Latin letters of what is kana in a normalised text; all else stays. Long vowels are left out: `さーばー` → `saba`. */
export function romaji(normalised: string): string {
  let written = "";
  for (let at = 0; at < normalised.length;) {
    const two = latin.get(normalised.slice(at, at + 2));
    const one = latin.get(normalised.charAt(at));
    const sign = normalised.charAt(at);
    at += two === undefined ? 1 : 2;
    if (sign === "ー") continue;
    if (sign === "っ") {
      const next = latin.get(normalised.slice(at, at + 2)) ?? latin.get(normalised.charAt(at)) ?? "";
      written += /^[^aiueo]/.test(next) ? next.charAt(0) : "";
    } else written += two ?? one ?? sign;
  }
  return written;
}

/** Everything a name can be found by, in one text. */
export function haystack(...names: readonly string[]): string {
  const plain = names.map(normalise).join(" ");
  const letters = romaji(plain);
  return letters === plain ? plain : `${plain} ${letters}`;
}

/** @param word normalised */
export function matches(name: string, word: string): boolean {
  const hay = haystack(name);
  return hay.includes(word) || hay.includes(romaji(word));
}
