import fc from "fast-check";

const japanese = fc.string({
  unit: fc.constantFrom("障害", "が", "発生。", "・ー〜", "①", "髙﨑", "𠮷", "ｶﾞ", "か\u3099", "葛\u{E0100}", "👩‍🚒"),
});

/** Texts a plain column keeps to the letter: anything but NUL and lone surrogates. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }).map((made) => made.replaceAll("\0", "")),
  japanese,
  fc.constantFrom("", "'; DROP TABLE events; --", "<script>", "%s\\n", "\u001b[31m", "true", "1e5", "null"),
);

/** Texts inside a composite value: NUL too. */
export const kindsOfText: fc.Arbitrary<string> = fc.oneof(text, fc.string({ unit: "binary" }));
