import type { Lang } from "../../kernel/lang.ts";
import { presetWords } from "../../words/presets.ts";
import { pairLines, renderKey } from "../edit/render.ts";
import type { Plain } from "../edit/value.ts";
import type { PresetSource, ProviderPreset } from "./preset.ts";

/** A provider by the name it has in the file, and what it is thought to be. */
export interface NamedPreset {
  readonly provider: string;
  readonly preset: ProviderPreset;
}

/** The `providers:` section to paste for providers the file does not know yet. */
export function providerLines(named: readonly NamedPreset[], lang: Lang): string {
  const entries = named.flatMap(({ provider, preset }) => [
    `  # ${preset.name[lang]}: ${checkedText(preset, lang)}`,
    ...pairLines(renderKey(provider, false), providerOf(preset, lang), 2),
  ]);
  return ["providers:", ...entries].join("\n");
}

/** The lines to paste below a provider that is in the file already. */
export function noticesLines(preset: ProviderPreset, lang: Lang): string {
  return [`    # ${checkedText(preset, lang)}`, ...pairLines("notices", preset.sources.map(sourceOf), 4)].join("\n");
}

/** When its addresses were last right, as far as anyone knows. */
export function checkedText({ checkedOn }: ProviderPreset, lang: Lang): string {
  const say = presetWords(lang);
  return checkedOn === null ? say.notChecked : say.checked(checkedOn);
}

function providerOf(preset: ProviderPreset, lang: Lang): { readonly [key: string]: Plain } {
  const title = presetWords(lang).noticesTitle;
  return {
    notices: preset.sources.map(sourceOf),
    links: preset.notices.map((url) => ({ title, url })),
    support: { form: preset.support, console: preset.console },
  };
}

function sourceOf(source: PresetSource): { readonly [key: string]: Plain } {
  if (source.kind !== "page") return { [source.kind]: source.url };
  return source.select === null ? { page: source.url } : { page: source.url, select: source.select };
}
