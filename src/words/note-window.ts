import { catalogue } from "./catalogue.ts";

interface HoldLine {
  readonly targets: string;
  /** in the site's time */
  readonly from: string;
  readonly until: string;
  readonly id: number;
}

/** What a noted window does to alarms. */
export const noteWindowWords = catalogue(
  {
    holds: ({ targets, from, until, id }: HoldLine) =>
      `${from} から ${until} まで、${targets} の通知を待たせます(メンテナンス ${id})。`,
    holdsNothing:
      "記録だけを残しました。対象と時間が読み取れないため、通知は止まりません。止めるには: koboshi maintenance add",
  },
  {
    holds: ({ targets, from, until, id }: HoldLine) =>
      `Alarms of ${targets} wait from ${from} until ${until} (maintenance ${id}).`,
    holdsNothing:
      "This is only a note: it does not say on what and when, so no alarm waits. To hold them: koboshi maintenance add",
  },
);
