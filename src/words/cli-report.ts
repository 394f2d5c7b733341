import { catalogue } from "./catalogue.ts";

export const cliReportWords = catalogue(
  {
    open: (count: number) => `人が書くところが ${count} か所残っています(画面の「報告書」で書けます)`,
    written: (number: string, file: string) => `書き出しました: ${number} → ${file}`,
  },
  {
    open: (count: number) => `${count} blanks are still to be written by people (on the report's page)`,
    written: (number: string, file: string) => `Written: ${number} → ${file}`,
  },
);
