import assert from "node:assert/strict";
import { test } from "node:test";
import { countRows, questionMarks, type StreamFormat } from "./stream-rows.ts";

const copy = `
CREATE TABLE public."Über orders" (
    id integer NOT NULL,
    "the name" character varying(20),
    at timestamp with time zone
);

CREATE FUNCTION public.trap() RETURNS text
    LANGUAGE sql
    AS $$
COPY public.t (a) FROM stdin;
$$;

--
-- Data for Name: Über orders; Type: TABLE DATA; Schema: public; Owner: x
--

COPY public."Über orders" (id, "the name", at) FROM stdin;
1\t日本\\t\\\\.\t\\N
2\t\\N\t\\N
\\.


--
-- Data for Name: empty; Type: TABLE DATA; Schema: public; Owner: x
--

COPY public.empty (id) FROM stdin;
\\.
`;

const insert = `/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE \`日本\` (
  \`id\` bigint(20) NOT NULL AUTO_INCREMENT,
  \`name\` varchar(80) DEFAULT NULL,
  \`at\` timestamp NULL,
  \`blob\` blob DEFAULT NULL,
  PRIMARY KEY (\`id\`)
) ENGINE=InnoDB;
CREATE TABLE \`empty\` (
  \`id\` int(11)
) ENGINE=InnoDB;
INSERT INTO \`日本\` VALUES
(9,'it\\'s; (x),(y)\\n名','2026-01-01 00:00:01',0xABCD),
(10,NULL,'2099-01-01 00:00:00',NULL);
INSERT INTO \`日本\` VALUES (11,'a''b','2026-01-02 00:00:00',NULL),(12,'\\\\',NULL,NULL);
DELIMITER ;;
INSERT INTO \`日本\` VALUES (1,'x',NULL,NULL);;
DELIMITER ;
-- Dump completed
`;

function count(format: StreamFormat, text: string, pieceBytes: number) {
  const seen: string[] = [];
  const counter = countRows(format, {
    database: "shop",
    nowIso: "2026-11-22T00:00:00Z",
    classes(value) {
      seen.push(value);
      const none = {
        ascii: 0,
        hiragana: 0,
        katakana: 0,
        kanji: 0,
        halfKana: 0,
        other: 0,
        supplementary: 0,
        suspect: 0,
      };
      return { ...none, ascii: value.length };
    },
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) counter.take(Buffer.from(bytes.subarray(at, at + pieceBytes)));
  const tables = counter.tallies().map((tally) => tally.table());
  return {
    rows: tables.map(({ table, rows, maxKey, newest }) => [table, rows, maxKey, newest]),
    seen,
    charset: counter.charset(),
  };
}

test("rows of PostgreSQL's COPY blocks are counted however the stream is cut; a function's body is none", () => {
  for (const piece of [1, 2, 3, 7, 64, 10_000]) {
    const { rows, seen } = count("copy", copy, piece);
    assert.deepEqual(
      rows,
      [
        ["public.Über orders", 2, null, null],
        ["public.empty", 0, null, null],
      ],
      `pieces of ${piece}`,
    );
    assert.deepEqual(seen, ["日本\t\\."]);
  }
});

test("tuples of MySQL's INSERTs are counted however the stream is cut; a routine's body is none", () => {
  for (const piece of [1, 2, 3, 7, 64, 10_000]) {
    const { rows, seen, charset } = count("insert", insert, piece);
    assert.deepEqual(
      rows,
      [
        ["日本", 4, "12", "2026-01-02T00:00:00Z"],
        ["empty", 0, null, null],
      ],
      `pieces of ${piece}`,
    );
    assert.deepEqual(seen, ["it's; (x),(y)\n名ab\\"]);
    assert.equal(charset, "utf8mb4");
  }
});

function dump(value: string, times: number): string {
  const values = Array(times).fill(`('${value}')`).join(",");
  return `CREATE TABLE \`t\` (\n  \`name\` text\n) ENGINE=InnoDB;\nINSERT INTO \`t\` VALUES ${values};\n`;
}

function judged(text: string): string | null {
  const counter = countRows("insert", { database: "shop", nowIso: "2026-11-22T00:00:00Z", classes: null });
  counter.take(Buffer.from(text));
  return questionMarks(counter.tallies());
}

test("texts that are question marks for the most part are told from a few of somebody's own", () => {
  assert.match(judged(dump("??????", 30)) ?? "", /30 values/);
  assert.equal(judged(dump("Why?? Because.", 30)), null);
  assert.equal(judged(dump("???", 3)), null);
});
