import type { Site } from "../../kernel/model/site.ts";
import { presetFor } from "./index.ts";
import type { ProviderPreset } from "./preset.ts";

/** A provider whose notices nobody reads yet. */
export interface UnreadProvider {
  /** as the file writes it */
  readonly provider: string;
  /** it has an entry in `providers:` to which the lines belong */
  readonly isInFile: boolean;
  /** null: how it tells its customers is not known here */
  readonly preset: ProviderPreset | null;
}

/** The providers of the file without `notices:`, then those only a place names; each once, in the order of the file. */
export function unreadProviders({ providers, places }: Pick<Site, "providers" | "places">): readonly UnreadProvider[] {
  const silent = [...providers.values()].filter(({ feeds }) => feeds.length === 0).map(({ key }) => key);
  const named = [...places.values()].flatMap(({ provider }) =>
    provider === null || providers.has(provider) ? [] : [provider],
  );
  return [...new Set([...silent, ...named])].map((provider) => ({
    provider,
    isInFile: providers.has(provider),
    preset: presetFor(provider),
  }));
}
