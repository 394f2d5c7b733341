import { clouds } from "./clouds.ts";
import { japaneseProviders } from "./japan.ts";
import type { ProviderPreset } from "./preset.ts";

/** Every provider whose ways of telling are known; the only list. */
export const providerPresets: readonly ProviderPreset[] = [...japaneseProviders, ...clouds];

/** The preset a written provider means; null: none is known. */
export function presetFor(written: string): ProviderPreset | null {
  const name = written.normalize("NFKC").toLowerCase();
  return providerPresets.find(({ key, words }) => name === key || words.some((word) => name.includes(word))) ?? null;
}
