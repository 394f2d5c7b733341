import assert from "node:assert/strict";
import { test } from "node:test";
import { langs } from "../../kernel/lang.ts";
import type { Site } from "../../kernel/model/site.ts";
import { checkConfigText } from "../load.ts";
import { providerPresets } from "./index.ts";
import { noticesLines, providerLines } from "./lines.ts";
import { unreadProviders } from "./proposals.ts";

const file = "version: 1\nservices:\n  shop: https://shop.example.jp/\n";

function load(text: string): Site {
  const outcome = checkConfigText(text, "koboshi.yml");
  const wrong = outcome.findings.filter(({ severity, path }) => severity === "error" || path.startsWith("providers"));
  assert.deepEqual(wrong, []);
  assert.ok(outcome.plan !== null);
  return outcome.plan.site;
}

test("the printed lines load as configuration with exactly the sources of the presets, in both languages", () => {
  for (const lang of langs) {
    const lines = providerLines(
      providerPresets.map((preset) => ({ provider: preset.key, preset })),
      lang,
    );
    const { providers } = load(`${file}${lines}\n`);
    for (const { key, sources, notices, console: page } of providerPresets) {
      const provider = providers.get(key);
      assert.deepEqual(
        provider?.feeds.map((feed) => ({ ...feed, key: undefined, match: undefined })),
        sources.map((source) => ({ ...source, key: undefined, match: undefined })),
        key,
      );
      assert.deepEqual(
        provider?.links.map(({ url }) => url),
        notices,
      );
      assert.equal(provider?.support.console, page);
    }
  }
});

test("the lines for a provider that is in the file load below it", () => {
  for (const preset of providerPresets) {
    const text = `${file}providers:\n  mine:\n    support: { phone: "06-1234-5678" }\n${noticesLines(preset, "ja")}\n`;
    assert.equal(load(text).providers.get("mine")?.feeds.length, preset.sources.length, preset.key);
  }
});

test("a name that YAML would read as something else still becomes the provider's name", () => {
  const [preset] = providerPresets;
  assert.ok(preset !== undefined);
  for (const provider of ["123", "on", "さくら", "#1"]) {
    assert.ok(load(`${file}${providerLines([{ provider, preset }], "ja")}\n`).providers.has(provider), provider);
  }
});

test("providers nobody reads: those without notices, then those only a place names, each once", () => {
  const site = load(
    `${file}places:\n  a: { provider: sakura-vps }\n  b: { provider: sakura-vps }\n  c: { provider: rack }\n  d: { provider: aws }\nproviders:\n  conoha: { links: [] }\n  aws:\n    notices: [ { feed: https://status.example.jp/ } ]\n`,
  );
  assert.deepEqual(
    unreadProviders(site).map(({ provider, isInFile, preset }) => [provider, isInFile, preset?.key]),
    [
      ["conoha", true, "conoha"],
      ["sakura-vps", false, "sakura"],
      ["rack", false, undefined],
    ],
  );
});
