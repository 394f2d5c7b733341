import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { captureRecipe, type Recipe } from "../../src/recover/recipe/capture.ts";
import { readRecipe, writeRecipe } from "../../src/recover/recipe/folder.ts";
import { replay, type ReplayReport } from "../../src/recover/recipe/replay.ts";
import type { Difference } from "../../src/recover/recipe/section.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { furnish, openSmallRoot, type SmallRoot } from "../doubles/recover-small-root.ts";

const clock = createSystemClock();
const here = createLocalWorkplace({ clock });
const roots: SmallRoot[] = [];
const heartbeat = setInterval(() => {}, 1000);
let recipe: Recipe;

function smallRoot(): SmallRoot {
  const made = openSmallRoot();
  roots.push(made);
  return made;
}

before(async () => {
  const source = smallRoot();
  furnish(source);
  recipe = await captureRecipe(here, { host: "web1", clock, root: source.root });
});

after(() => {
  clearInterval(heartbeat);
  for (const root of roots) root.close();
});

function standing(report: ReplayReport, key: string): string {
  const one = report.differences.find((difference) => difference.key === key);
  return one === undefined ? "absent" : `${one.standing}${one.reason === null ? "" : ` ${one.reason}`}`;
}

const bad = ({ differences }: ReplayReport): readonly Difference[] =>
  differences.filter((one) => !["same", "restored", "newer"].includes(one.standing));

/** What must be left over on any machine: what belongs to hardware, addresses and what runs just now. */
const own = new Set(["identity", "disks", "network", "runtimes", "dns", "state"]);

test("the recipe holds what makes the machine, with secrets marked", () => {
  const keys = (section: keyof Recipe["items"]): readonly string[] => recipe.items[section].map(({ key }) => key);
  assert.ok(keys("packages").includes("package/shop-hello"));
  assert.ok(keys("users").includes("user/shop"));
  assert.ok(keys("configuration").includes("file/etc/shop-hello.conf"));
  assert.ok(keys("cron").includes("file/etc/cron.d/shop"));
  const secrets = Object.values(recipe.items).flatMap((items) => items.filter(({ secret }) => secret));
  assert.deepEqual(secrets.map(({ key }) => key).sort(), ["file/etc/shop.env", "shadow/shop"]);
  assert.deepEqual(recipe.unread, {});
});

test("an empty system becomes the machine, its jobs wait beside their place, and a second run changes nothing", async () => {
  const { root, sh } = smallRoot();
  const first = await replay(recipe, { root, run: here, dryRun: false });
  assert.deepEqual(
    bad(first).filter(({ section }) => !own.has(section)),
    [],
  );
  assert.equal(standing(first, "package/shop-hello"), "restored");
  assert.equal(standing(first, "user/shop"), "restored");
  assert.equal(standing(first, "file/etc/shop-hello.conf"), "restored");
  assert.equal(fs.readFileSync(path.join(root, "etc/shop-hello.conf"), "utf8"), "greeting=いらっしゃいませ\n");
  assert.equal(
    sh("id -u shop; id -nG shop; stat -c '%U %G %a' /etc/shop.env /home/shop/.ssh/authorized_keys"),
    "1500\nshop adm\nroot shop 640\nshop shop 644\n",
  );
  assert.match(sh("grep ^shop: /etc/shadow"), /^shop:\$6\$/);
  assert.equal(sh("dpkg-query -W -f='${Status} ${Version}' shop-hello"), "install ok installed 1.0-1");
  assert.equal(fs.existsSync(path.join(root, "usr/sbin/policy-rc.d")), fs.existsSync("/usr/sbin/policy-rc.d"));
  assert.equal(fs.existsSync(path.join(root, "etc/cron.d/shop")), false);
  assert.ok(fs.existsSync(path.join(root, "var/lib/koboshi/held-cron/etc/cron.d/shop")));
  const second = await replay(recipe, { root, run: here, dryRun: false });
  assert.equal(second.changed, 0);
  assert.deepEqual(
    second.differences.filter(({ standing: state }) => state === "restored"),
    [],
  );
  assert.deepEqual(
    bad(second).filter(({ section }) => !own.has(section)),
    [],
  );
});

test("a folder without secrets says which are missing and still replays the rest", async () => {
  const { root } = smallRoot();
  const folder = path.join(root, "srv/recipe");
  writeRecipe(recipe, folder, "without");
  const text = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  assert.ok(!text.some((name) => name.startsWith("secrets")));
  const all = text
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
  assert.ok(!all.join("").includes("geheim"));
  assert.ok(!all.join("").includes("$6$"));
  const report = await replay(readRecipe(folder), { root, run: here, dryRun: false });
  assert.equal(standing(report, "file/etc/shop.env"), "refused secret");
  assert.equal(standing(report, "shadow/shop"), "refused secret");
  assert.equal(standing(report, "user/shop"), "restored");
  assert.equal(report.ok, false);
});

test("a dry run writes nothing and says what it would do", async () => {
  const { root } = smallRoot();
  const asItWas = fs.readdirSync(path.join(root, "etc"), { recursive: true }).length;
  const report = await replay(recipe, { root, run: here, dryRun: true });
  assert.ok(report.changed > 5);
  assert.equal(fs.readdirSync(path.join(root, "etc"), { recursive: true }).length, asItWas);
  assert.equal(fs.existsSync(path.join(root, "var/lib/koboshi")), false);
});

test("a number that belongs to someone else stops it before anything is written", async () => {
  const { root, sh } = smallRoot();
  sh("groupadd -g 1400 other; useradd -M -u 1500 -g 1400 other");
  const asItWas = sh("find /etc /var/lib -xdev -type f -exec stat -c '%n %s %Y' {} + | sort");
  await assert.rejects(replay(recipe, { root, run: here, dryRun: false }), /KB8412.*user\/shop 1500 ≠ 1500 other/);
  assert.equal(sh("find /etc /var/lib -xdev -type f -exec stat -c '%n %s %Y' {} + | sort"), asItWas);
});

test("another system is refused", async () => {
  const { root, sh } = smallRoot();
  sh(
    'rm /etc/os-release; printf \'ID=rocky\\nID_LIKE="rhel fedora"\\nVERSION_ID=9.4\\nPRETTY_NAME="Rocky 9.4"\\n\' > /etc/os-release',
  );
  await assert.rejects(replay(recipe, { root, run: here, dryRun: false }), /KB8413/);
});
