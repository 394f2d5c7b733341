import { decodeLoosely, encodeLoosely, type Encoding } from "../../src/recover/text/encodings.ts";
import type { MojibakeKind } from "../../src/recover/text/kinds.ts";

/** The same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const family =
  "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 髙﨑 齋藤 渡邊 松本 井上 木村 林 清水 斎藤 橋本 阿部 池田 石川 岡田 長谷川".split(
    " ",
  );
const given =
  "太郎 花子 健一 美咲 翔太 陽菜 大輔 さくら 直樹 恵子 拓也 ひかり 由美 誠 裕子 浩二 まゆみ 賢治 一郎 千尋".split(" ");
const towns =
  "東京都千代田区 大阪府大阪市北区 愛知県名古屋市中区 北海道札幌市中央区 福岡県福岡市博多区 神奈川県横浜市西区 京都府京都市下京区 宮城県仙台市青葉区".split(
    " ",
  );
const streets = "丸の内 梅田 栄 大通西 博多駅前 みなとみらい 烏丸通 一番町 本町 旭ヶ丘".split(" ");
const buildings = "ビル マンション ハイツ レジデンス タワー コーポ".split(" ");
const goods =
  "ノートパソコン 有機栽培コーヒー豆 ワイヤレスイヤホン 折りたたみ傘 冷凍うどん 北海道産じゃがいも ステンレス水筒 防水スニーカー 国産牛切り落とし 加湿空気清浄機".split(
    " ",
  );
const sentences = [
  "ご注文ありがとうございます。商品は三日以内に発送いたします。",
  "昨日の夜からサーバーにつながらず、お客様から問い合わせが続いています。",
  "請求書の金額が先月と異なるため、確認をお願いできますでしょうか。",
  "会議室は二階の奥にあります。受付で名前を伝えてください。",
  "雨の日は駅前の道が混むので、少し早めに出発しましょう。",
  "データの復旧が完了しました。内容に誤りがないかご確認ください。",
];
const mixed = [
  "HTTP 500 エラーが発生しました (code=42)",
  "Web サーバーの CPU 使用率が 95% を超えています",
  "ID: 1024 のユーザーを削除しました",
  "Windows 11 へのアップグレード手順について",
];
const banks = [
  "ﾔﾏﾀﾞ ﾀﾛｳ",
  "ｶ)ﾔﾏﾀﾞｼｮｳｶｲ",
  "ｻﾄｳ ﾊﾅｺ",
  "ｽｽﾞｷ ｲﾁﾛｳ",
  "ﾌﾘｺﾐ ﾃｽｳﾘﾖｳ",
  "ﾐﾂﾋﾞｼUFJ ｷﾞﾝｺｳ",
  "ﾕ)ﾌｼﾞｼｮｳｼﾞ",
  "ﾀｶﾊｼ ｹﾝｼﾞ",
  "ｷﾞﾌﾄ ﾎﾟｲﾝﾄ",
];

type Maker = (pick: <T>(from: readonly T[]) => T, random: () => number) => string;

/** Classes of Japanese text as business databases hold it. */
export const japaneseClasses: Readonly<Record<string, Maker>> = {
  name: (pick) => pick(family) + pick(["", " ", "　"]) + pick(given),
  address: (pick, random) =>
    `${pick(towns)}${pick(streets)}${Math.ceil(random() * 9)}丁目${Math.ceil(random() * 30)}-${Math.ceil(random() * 20)} ${pick(streets)}${pick(buildings)}${Math.ceil(random() * 900)}号室`,
  product: (pick, random) =>
    `${pick(goods)} ${Math.ceil(random() * 900)}g ${pick(["送料無料", "(お徳用)", "【限定】", "×2個"])}`,
  prose: (pick) => pick(sentences) + pick(sentences),
  long: (pick) => Array.from({ length: 12 }, () => pick(sentences)).join("\n"),
  mixed: (pick) => `${pick(mixed)} ${pick(family)}様`,
  code: (pick) =>
    `const ${pick(["name", "total", "item"])} = get(${pick(["1", "id", "'x'"])}); // ${pick(["注文の合計", "利用者の一覧を返す", "在庫を減らす", "消費税を足す"])}`,
  short: (pick) =>
    pick(["東京", "大阪", "送料", "在庫あり", "はい", "キャンセル", "済み", "未払い", "お届け先", "担当者"]),
};

/** Text that is as it should be and looks odd to a careless detector. */
export const cleanClasses: Readonly<Record<string, Maker>> = {
  ...japaneseClasses,
  bank: (pick) => `${pick(banks)}${pick(["", " ", ` ${pick(banks)}`])}`,
  french: (pick) =>
    pick([
      "Où est passé le café crème ? Très déçu.",
      "Réservation confirmée à l'hôtel",
      "élève, garçon, naïve, œuvre",
      "Été à la plage — déjà vu",
      "La cible du lien d’évitement existe",
      "Vérifier qu’il n’y a pas d’écran",
      "«Ça alors!»",
    ]),
  german: (pick) =>
    pick([
      "Größe prüfen: Straße, Übung, Äpfel",
      "Müller & Söhne GmbH",
      "schöne Grüße aus München",
      "Kündigung gemäß § 5",
    ]),
  chinese: (pick) =>
    pick([
      "服务器无法连接,请稍后再试。",
      "订单已发货,谢谢您的购买",
      "數據備份已經完成",
      "简体中文和繁體中文",
      "价格:¥128 元",
      "请检查网络设置",
    ]),
  korean: (pick) =>
    pick(["서버에 연결할 수 없습니다.", "주문해 주셔서 감사합니다", "김철수 고객님", "데이터 복구 완료"]),
  russian: (pick) =>
    pick(["Сервер недоступен, попробуйте позже.", "Спасибо за заказ!", "Москва, ул. Ленина, 5", "Ёлка и мёд"]),
  western: (pick) =>
    pick([
      "José Núñez – São Paulo",
      "Þór Ægisson",
      "Łódź, Kraków",
      "Bangladéš",
      "“café”",
      "terminé…",
      "indonéština",
      "naïve façade “quoted” 50 €",
      "Τιμή: 5 €",
      "αβγ δοκιμή",
      "ñandú ¿qué? ¡sí!",
      "tiếng Việt",
      "ภาษาไทย",
      "שלום עולם",
      "مرحبا بالعالم",
    ]),
  english: (pick) =>
    pick([
      "Why?? Really?!",
      "select * from t where a=? and b=?",
      "What??? No!!",
      "http://x.test/?a=1&b=2",
      "costs $BIG (B) money",
      "ok?",
      "a ?? b",
      "x ? y : z",
    ]),
  emoji: (pick) =>
    pick(["ありがとう😊", "👍👍", "了解です🙏✨", "☀️晴れ", "🎉 リリースしました 🎉", "❤️", "①②③ ※要確認 → 完了"]),
};

export interface Confused {
  readonly name: string;
  /** kinds that name it rightly: with characters lost on the way, "replaced" is as right as what was confused */
  readonly kinds: readonly MojibakeKind[];
  readonly garble: (text: string) => string;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const as =
  (encoding: Exclude<Encoding, "utf8">, is: Encoding) =>
  (text: string): string =>
    decodeLoosely(encodeLoosely(text, encoding).bytes, is);
const latinOf =
  (encoding: Exclude<Encoding, "utf8">) =>
  (text: string): string =>
    latin(encodeLoosely(text, encoding).bytes);
// eslint-disable-next-line no-control-regex -- everything but ASCII
const beyond = /[^\u0000-\u007f]/gu;

function jis(text: string, escapes: boolean): string {
  const [into, back] = escapes ? ["\u001b$B", "\u001b(B"] : ["$B", "(B"];
  // eslint-disable-next-line no-control-regex -- everything but ASCII
  return text.replaceAll(/[^\u0000-\u007f]+/g, (run) => {
    const { bytes } = encodeLoosely(run, "eucjp");
    return into + latin(bytes.map((byte) => byte & 0x7f)) + back;
  });
}

export const confusions: readonly Confused[] = [
  { name: "UTF-8 as latin-1", kinds: ["utf8-as-latin1"], garble: (text) => latin(utf8(text)) },
  { name: "UTF-8 as latin-1 twice", kinds: ["utf8-as-latin1"], garble: (text) => latin(utf8(latin(utf8(text)))) },
  {
    name: "UTF-8 as cp1252",
    kinds: ["utf8-as-latin1"],
    garble: (text) => decodeLoosely(utf8(text), "latin1").replaceAll(/[\u0080-\u009f]/g, ""),
  },
  {
    name: "UTF-8 as cp932",
    kinds: ["utf8-as-cp932", "replacement-chars"],
    garble: (text) => decodeLoosely(utf8(text), "cp932"),
  },
  {
    name: "UTF-8 as EUC-JP",
    kinds: ["utf8-as-eucjp", "replacement-chars"],
    garble: (text) => decodeLoosely(utf8(text), "eucjp"),
  },
  { name: "cp932 as latin-1", kinds: ["cp932-as-latin1"], garble: latinOf("cp932") },
  { name: "EUC as latin-1", kinds: ["eucjp-as-latin1"], garble: latinOf("eucjp") },
  { name: "EUC as cp932", kinds: ["eucjp-as-cp932", "replacement-chars"], garble: as("eucjp", "cp932") },
  { name: "cp932 as EUC", kinds: ["cp932-as-eucjp", "replacement-chars"], garble: as("cp932", "eucjp") },
  { name: "cp932 read as UTF-8", kinds: ["replacement-chars"], garble: as("cp932", "utf8") },
  { name: "EUC read as UTF-8", kinds: ["replacement-chars"], garble: as("eucjp", "utf8") },
  { name: "ISO-2022-JP raw", kinds: ["iso2022jp-raw"], garble: (text) => jis(text, true) },
  { name: "ISO-2022-JP without ESC", kinds: ["iso2022jp-raw"], garble: (text) => jis(text, false) },
  { name: "Japanese as ?", kinds: ["question-marks"], garble: (text) => text.replaceAll(beyond, "?") },
  {
    name: "good beginning, broken end",
    kinds: ["utf8-as-latin1"],
    garble: (text) => text.slice(0, Math.floor(text.length / 2)) + latin(utf8(text.slice(Math.floor(text.length / 2)))),
  },
];

/** `count` texts of a class; those without Japanese are made anew. */
export function texts(make: Maker, count: number, seed: number): readonly string[] {
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  return Array.from({ length: count }, () => make(pick, random));
}
