import type { Role } from "./roles.ts";
import type { DateToken, TimeToken, Zone } from "./token.ts";

/** A moment as far as it is written: a day, a time, or both. */
export interface Point {
  readonly date: DateToken | null;
  readonly time: TimeToken | null;
  zone: Zone | null;
  /** the end is not known, and the text says so */
  readonly open: boolean;
  /** minutes, when it is no moment but a length */
  readonly duration: { readonly minutes: number; readonly most: boolean } | null;
  role: Role | null;
  readonly line: number;
  readonly block: number;
  /** in the normal text */
  readonly start: number;
  end: number;
  /** a range word stands between the point before and this one */
  linked: boolean;
  /** the range word or まで right after it */
  until: boolean;
  /** から, より or 以降 right after it */
  since: boolean;
  each: boolean;
  /** the last of a list of days: 3日、10日 2:00 */
  listed: boolean;
}
