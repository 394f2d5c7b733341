import type { SetTable, TextClasses } from "../../kernel/model/backup.ts";

/** Counts the characters of a text by kind. */
export type CountTextClasses = (text: string) => TextClasses;

/** Column of a dumped table, as far as its values are looked at. */
export interface DumpedColumn {
  readonly name: string;
  readonly kind: "text" | "key" | "stamp" | "other";
}

/** Texts are gathered to this size before they are counted. */
const batchChars = 65_536;
/** A value that is question marks for the most part is what a wrong client character set leaves of Japanese. */
const questionShare = 0.5;
const minQuestions = 2;

export interface Tally {
  row(): void;
  text(column: string, value: string): void;
  key(value: string): void;
  /** `2026-11-22 02:12:00`, UTC */
  stamp(value: string): void;
  /** values that are question marks for the most part */
  questionValues(): number;
  /** values with a character beyond ASCII */
  foreignValues(): number;
  table(): SetTable;
}

interface Column {
  pending: string[];
  chars: number;
  classes: TextClasses | null;
}

/** What one table's rows come to. Stamps later than `nowIso` are plans, not records. */
export function createTally(of: {
  readonly database: string;
  readonly table: string;
  readonly classes: CountTextClasses | null;
  readonly nowIso: string;
}): Tally {
  const columns = new Map<string, Column>();
  const now = of.nowIso.slice(0, 19).replace("T", " ");
  let [rows, questions, foreign] = [0, 0, 0];
  let maxKey: bigint | null = null;
  let newest = "";

  function flush(column: Column): void {
    if (of.classes === null || column.pending.length === 0) return;
    column.classes = addClasses(column.classes, of.classes(column.pending.join("")));
    column.pending = [];
    column.chars = 0;
  }
  return {
    row: () => void rows++,
    text(name, value) {
      if (isQuestions(value)) questions++;
      else if (/[^\0-\x7f]/.test(value)) foreign++;
      if (of.classes === null) return;
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = { pending: [], chars: 0, classes: null }));
      column.pending.push(value);
      column.chars += value.length;
      if (column.chars >= batchChars) flush(column);
    },
    key(value) {
      if (!/^-?\d{1,40}$/.test(value)) return;
      const found = BigInt(value);
      if (maxKey === null || found > maxKey) maxKey = found;
    },
    stamp(value) {
      if (value > newest && value.slice(0, 19) <= now && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(value)) newest = value;
    },
    questionValues: () => questions,
    foreignValues: () => foreign,
    table() {
      for (const column of columns.values()) flush(column);
      const counted = [...columns].flatMap(([name, { classes }]) =>
        classes === null ? [] : [[name, classes] as const],
      );
      return {
        database: of.database,
        table: of.table,
        rows,
        maxKey: maxKey === null ? null : String(maxKey),
        newest: newest === "" ? null : `${newest.slice(0, 19).replace(" ", "T")}Z`,
        textClasses: Object.fromEntries(counted),
      };
    },
  };
}

function isQuestions(value: string): boolean {
  if (!value.includes("??")) return false;
  const marks = value.length - value.replaceAll("?", "").length;
  return marks >= minQuestions && marks >= value.length * questionShare;
}

function addClasses(a: TextClasses | null, b: TextClasses): TextClasses {
  if (a === null) return b;
  return {
    ascii: a.ascii + b.ascii,
    hiragana: a.hiragana + b.hiragana,
    katakana: a.katakana + b.katakana,
    kanji: a.kanji + b.kanji,
    halfKana: a.halfKana + b.halfKana,
    other: a.other + b.other,
    supplementary: a.supplementary + b.supplementary,
    suspect: a.suspect + b.suspect,
  };
}
