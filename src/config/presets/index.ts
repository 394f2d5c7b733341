import { clouds } from "./clouds.ts";
import { japaneseProviders } from "./japan.ts";
import type { ProviderPreset } from "./preset.ts";

/** Every provider whose ways of telling are known; the only list. */
export const providerPresets: readonly ProviderPreset[] = [...japaneseProviders, ...clouds];

/** The preset a written provider means; null: none is known. */
export function presetFor(written: string): ProviderPreset | null {
  const name = comparable(written);
  const byKey = providerPresets.find(({ key }) => key === name);
  return byKey ?? providerPresets.find(({ words }) => words.some((word) => beginsWordIn(name, word))) ?? null;
}

/** Those a person may mean by a word; all of them for an empty one. */
export function presetsNamed(word: string): readonly ProviderPreset[] {
  const asked = comparable(word);
  const meant = presetFor(word);
  return providerPresets.filter(
    (preset) =>
      preset === meant ||
      [preset.key, preset.name.ja, preset.name.en, ...preset.words].some((name) => comparable(name).includes(asked)),
  );
}

function comparable(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

/** `aws` is in `my-aws` and in `aws2`, not in `laws`. */
function beginsWordIn(name: string, word: string): boolean {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
    if (!/[a-z0-9]/.test(name[at - 1] ?? "")) return true;
  }
  return false;
}
