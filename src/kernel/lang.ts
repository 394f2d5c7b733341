/** The two languages every text a person sees exists in. Japanese is the source, English its equal. */
export const langs = ["ja", "en"] as const;
export type Lang = (typeof langs)[number];
export type Bilingual = Readonly<Record<Lang, string>>;
