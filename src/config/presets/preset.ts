import type { Bilingual } from "../../kernel/lang.ts";

/** How one provider tells its customers, and where it is reached: a proposal for the configuration, never read by itself. */
export interface ProviderPreset {
  /** a word for `providers:` */
  readonly key: string;
  readonly name: Bilingual;
  /** words in a provider or place that mean it; lower case */
  readonly words: readonly string[];
  readonly sources: readonly PresetSource[];
  /** where maintenance and failures are shown to people */
  readonly notices: readonly string[];
  readonly support: string;
  readonly console: string;
  /** day on which the provider's own servers last answered at all of these addresses, `2026-11-22`; null: never asked, so they may have moved */
  readonly checkedOn: string | null;
}

export type PresetSource =
  | { readonly kind: "statuspage" | "feed"; readonly url: string }
  | { readonly kind: "page"; readonly url: string; readonly select: string | null };
