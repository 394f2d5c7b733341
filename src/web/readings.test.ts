import assert from "node:assert/strict";
import { test } from "node:test";
import { haystack, normalise, romaji } from "./readings.ts";
import { search } from "./search.ts";

test("kana is written with Latin letters as people type it", () => {
  const said = {
    ばっくあっぷ: "bakkuappu",
    しょっぷ: "shoppu",
    さーばー: "saba",
    かんそくちてん: "kansokuchiten",
    abc: "abc",
  };
  for (const [kana, letters] of Object.entries(said)) assert.equal(romaji(kana), letters);
  assert.equal(normalise("ﾈｯﾄＳＨＯＰ ネット"), "ねっとshop ねっと");
});

function found(name: string, query: string): boolean {
  return search([{ t: name, u: "/", k: "", h: haystack(name) }], query, 5).length > 0;
}

test("a name is found by its kana, its katakana and its Latin letters; every word must be found", () => {
  for (const query of ["ネット", "ねっと", "netto", "NETTO", "ﾈｯﾄ", "shop", "しょっぷ", "netto shoppu"]) {
    assert.ok(found("ネットショップ shop", query), query);
  }
  assert.ok(!found("ネットショップ", "netto mail"));
  assert.ok(!found("ネットショップ", ""));
});

test("what begins with the query comes first", () => {
  const items = ["会員メール", "メール"].map((t) => ({ t, u: "/", k: "", h: haystack(t) }));
  assert.deepEqual(
    search(items, "めーる", 5).map(({ t }) => t),
    ["メール", "会員メール"],
  );
});
