import type { Command } from "../workplace/workplace.ts";
import { commandScript, quoteWord } from "../workplace/quote.ts";
import { resticFirst, type Completeness, type DumpTrouble } from "./engine.ts";
import type { StreamFormat } from "./stream-rows.ts";

export interface FarGateWanted {
  readonly dump: Command;
  readonly restic: Command;
  readonly complete: Completeness;
  readonly format: StreamFormat | null;
}

/** What the far gate reports when it has closed. */
export interface FarGateEnd {
  readonly trouble: DumpTrouble | null;
  readonly bytes: number;
  readonly sha256: string;
  /** by table as the dump names it */
  readonly rows: ReadonlyMap<string, number>;
}

const copyProgram = String.raw`
/^-- Data for Name: / { headed = 1 }
inside && $0 == "\\." { print "koboshi-rows\t" n "\t" table; inside = 0; next }
inside { n++; next }
headed && /^COPY .* FROM stdin;$/ { table = $0; sub(/^COPY /, "", table); sub(/ \(.*$/, "", table); n = 0; inside = 1; headed = 0; next }
$0 != "" && $0 != "--" && !/^-- Data for Name: / { headed = 0 }`;

/** MariaDB writes each row on a line of its own and line breaks inside texts as \n. */
const insertProgram = String.raw`
/^DELIMITER / { foreign = ($2 != ";") }
foreign { next }
/^CREATE TABLE / { table = $0; sub(/^CREATE TABLE (IF NOT EXISTS )?/, "", table); sub(/ \($/, "", table); rows[table] += 0 }
/^INSERT INTO / { table = $0; sub(/^INSERT INTO /, "", table); sub(/ (\(.*\) )?VALUES$/, "", table) }
/^\(/ { rows[table]++ }
END { for (table in rows) print "koboshi-rows\t" rows[table] "\t" table }`;

/**
 * The gate as a shell script that runs wholly where dump and restic are: named pipes and standard tools. restic sees the
 * end of its input only after the dump ended well and whole; otherwise it is killed first. Give it to `sh -s` as its input:
 * an argument could be read by everyone there.
 */
export function farGateScript({ dump, restic, complete, format }: FarGateWanted): string {
  const program = format === null ? "1 { }" : format === "copy" ? copyProgram : insertProgram;
  return [
    "umask 077",
    'd=$(mktemp -d "${TMPDIR:-/tmp}/koboshi-gate-XXXXXXXX") || exit 1',
    "trap 'rm -rf \"$d\"' EXIT",
    "trap 'exit 143' HUP INT TERM",
    "broken=no",
    'mkfifo "$d/in" "$d/sum" "$d/size" "$d/tail" "$d/rows" || exit 1',
    `(\n${commandScript(restic, "exec")}\n) <"$d/in" &`,
    "restic=$!",
    'sha256sum <"$d/sum" >"$d/sum.out" & watch=$!',
    'wc -c <"$d/size" >"$d/size.out" & watch="$watch $!"',
    'tail -c 4096 <"$d/tail" >"$d/tail.out" & watch="$watch $!"',
    `LC_ALL=C awk ${quoteWord(program)} <"$d/rows" >"$d/rows.out" & watch="$watch $!"`,
    'exec 3>"$d/in"',
    `{ (\n${commandScript(dump)}\n) 2>"$d/err" 3>&- </dev/null; echo $? >"$d/rc"; } | tee "$d/sum" "$d/size" "$d/tail" "$d/rows" >&3`,
    "[ $? = 0 ] && taken=yes || taken=no",
    "for one in $watch; do wait $one || broken=yes; done",
    'dump=$(cat "$d/rc")',
    "whole=no",
    `[ $taken = yes ] && [ $broken = no ] && [ "$dump" = 0 ]${wholeTest(complete)} && whole=yes`,
    "if [ $whole = yes ]; then exec 3>&-; else kill -9 $restic 2>/dev/null; exec 3>&-; fi",
    "wait $restic; ended=$?",
    // nothing could be written down there: what the tools said of it is the reason
    '[ $broken = no ] && [ -n "$dump" ] || exit 1',
    'cat "$d/rows.out"',
    String.raw`printf 'koboshi-gate\t%s\t%s\t%s\t%s\t%s\t%s\n' "$dump" "$whole" "$taken" "$(cat "$d/size.out")" "$(cut -d ' ' -f 1 "$d/sum.out")" "$(tail -c 300 "$d/err" | tr '\n\t' '  ')"`,
    "exit $ended",
  ].join("\n");
}

function wholeTest({ trailer, bytes }: Completeness): string {
  const size = bytes === null ? "" : ` && [ "$(cat "$d/size.out")" -eq ${bytes} ]`;
  const end = trailer === null ? "" : ` && tail -c 400 "$d/tail.out" | LC_ALL=C grep -a -q -E ${quoteWord(trailer)}`;
  return size + end;
}

/** Reads the script's own lines from among restic's. @returns null: the script did not come to its end */
export function readFarGate(lines: readonly string[]): FarGateEnd | null {
  const rows = new Map<string, number>();
  let end: FarGateEnd | null = null;
  for (const line of lines) {
    const [mark, ...fields] = line.split("\t");
    if (mark === "koboshi-rows")
      rows.set(fields.slice(1).join("\t"), (rows.get(fields.slice(1).join("\t")) ?? 0) + Number(fields[0]));
    if (mark === "koboshi-gate") end = endOf(fields, rows);
  }
  return end;
}

function endOf(fields: readonly string[], rows: ReadonlyMap<string, number>): FarGateEnd {
  const [code = "", whole, taken, bytes = "0", sha256 = "", said = ""] = fields;
  const base = { bytes: Number(bytes), sha256, rows };
  if (whole === "yes") return { ...base, trouble: null };
  if (taken === "no") return { ...base, trouble: resticFirst };
  if (code === "0") return { ...base, trouble: { reason: "dump-incomplete", text: `${bytes} bytes` } };
  const reason = code === "127" || code === "126" ? "no-program" : "dump-failed";
  return { ...base, trouble: { reason, text: `exit ${code}: ${said}`.trim() } };
}
