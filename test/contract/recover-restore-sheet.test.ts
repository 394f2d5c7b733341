import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { Secret } from "../../src/kernel/secret.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createRestoreDoor } from "../../src/recover/restore/door.ts";
import { sheetText } from "../../src/words/recovery-sheet.ts";
import { plainPassword, startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";
import { planOf, siteWith, targetOf } from "../doubles/recover-plan.ts";

let restic: PlainRestic;
let site: Site;
const clock = createSystemClock();

before(async () => {
  restic = await startPlainRestic();
  const password = new Secret(plainPassword, "file /etc/koboshi/key");
  const plan = planOf({
    password,
    to: [targetOf({ repo: restic.repo }), targetOf({ at: "cloud", repo: "/nowhere/repo" })],
    keyAlso: ["paper:office-safe"],
    databases: [{ engine: "postgres", name: "shop", user: null, password: null, host: null, port: null }],
  });
  site = siteWith([plan]);
});
after(() => restic.end());

test("the sheet has the literal commands with full ids, where the key is, and whom to call; and no secret", async () => {
  const record = await restic.commit("shop-data", { dumps: [{ of: "postgres/shop", content: "SELECT 1;\n" }] });
  const facts = await createRestoreDoor({ clock, site }).sheet("shop-data");
  for (const lang of ["ja", "en"] as const) {
    const text = sheetText(facts, { lang, timeZone: "Asia/Tokyo", printedAtMs: clock.nowMs() });
    const [dump] = record.parts;
    assert.ok(text.includes(`restic dump --no-lock ${dump?.snapshot} /koboshi/shop-data/postgres-db-shop.sql`), text);
    assert.ok(text.includes(`echo '${dump?.sha256}  postgres-db-shop.sql' | sha256sum -c -`));
    assert.ok(text.includes("psql -X -1 -v ON_ERROR_STOP=1 -d shop__restoring"));
    assert.ok(
      text.includes("paper:office-safe") && text.includes("file /etc/koboshi/key") && text.includes(restic.repo),
    );
    assert.ok(text.includes("1) shop-data"));
    assert.ok(text.includes(lang === "ja" ? "以下のコマンドは web1" : "on a disk of web1"), "whose folder it is");
    assert.ok(!text.includes(plainPassword));
  }
  assert.equal(facts.copies[1]?.record, null);
  assert.notEqual(facts.copies[1]?.trouble, null);
});
