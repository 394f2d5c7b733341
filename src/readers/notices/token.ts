/** A day as written; what is not written is null. */
export interface DateToken {
  readonly type: "date";
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
  /** 0 Sunday */
  readonly weekday: number | null;
  /** days from another one: of the receipt (`today`), or of the time before it (`before`) */
  readonly relative: { readonly to: "today" | "before"; readonly days: number } | null;
  /** 来月第3水曜, 来週の火曜: the `nth` such weekday (0: the `day`) of a month or week counted from the receipt */
  readonly rule: { readonly unit: "month" | "week"; readonly step: number | null; readonly nth: number } | null;
  /** day and month could be the other way round */
  readonly swappable: boolean;
}

export interface TimeToken {
  readonly type: "time";
  /** after midnight of its day, up to 47:59; as a 12-hour clock shows it when `half` is open */
  readonly minutes: number;
  readonly half: "am" | "pm" | null;
  /** `deep`: 深夜, whose night is not plain */
  readonly part: "deep" | "plain";
  readonly approximate: boolean;
  /** only digits of hours: 9 in 9〜17時 */
  readonly bare: boolean;
}

export type Zone = { readonly offsetMinutes: number } | { readonly name: string };

export type Value =
  | DateToken
  | TimeToken
  | { readonly type: "range"; readonly word: string }
  | { readonly type: "duration"; readonly minutes: number; readonly most: boolean }
  | { readonly type: "zone"; readonly zone: Zone }
  | { readonly type: "open" | "each" | "vague" };

export type Token = Value & { readonly start: number; readonly end: number };
