import { catalogue } from "./catalogue.ts";

export const preventionWords = catalogue(
  { silentVantage: (name: string) => `観測地点「${name}」からの報告がありません` },
  { silentVantage: (name: string) => `nothing comes from the vantage "${name}"` },
);
