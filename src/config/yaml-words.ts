import type { Bilingual } from "../kernel/lang.ts";
import { inBoth, type ConfigWords } from "../words/config.ts";
import type { Finding } from "./finding.ts";
import type { YamlProblem } from "./parse.ts";
import type { LineIndex } from "./text.ts";

type Say = (words: ConfigWords) => string;
type Told = readonly [code: string, say: Say, hint: Say];

const unclosed: Told = ["yaml-unclosed", (w) => w.yamlUnclosed, (w) => w.yamlUnclosedHint];
const unexpected: Told = ["yaml-unexpected", (w) => w.yamlUnexpected, (w) => w.yamlUnexpectedHint];
const nested: Told = ["yaml-nested", (w) => w.yamlNested, (w) => w.yamlNestedHint];
const tag: Told = ["yaml-tag", (w) => w.yamlTag, (w) => w.yamlTagHint];

/** The YAML library's codes in a person's words; the rest are told in its own. */
const told: Readonly<Record<string, Told>> = {
  TAB_AS_INDENT: ["yaml-tab", (w) => w.yamlTab, (w) => w.yamlTabHint],
  BAD_INDENT: ["yaml-indent", (w) => w.yamlIndent, (w) => w.yamlIndentHint],
  MISSING_CHAR: unclosed,
  UNEXPECTED_TOKEN: unexpected,
  BLOCK_IN_FLOW: unexpected,
  BLOCK_AS_IMPLICIT_KEY: nested,
  MULTILINE_IMPLICIT_KEY: unclosed,
  BAD_SCALAR_START: ["yaml-start", (w) => w.yamlStart, (w) => w.yamlStartHint],
  BAD_DQ_ESCAPE: ["yaml-escape", (w) => w.yamlEscape, (w) => w.yamlEscapeHint],
  MULTIPLE_DOCS: ["yaml-documents", (w) => w.yamlDocuments, (w) => w.yamlDocumentsHint],
  TAG_RESOLVE_FAILED: tag,
  MULTIPLE_TAGS: tag,
  RESOURCE_EXHAUSTION: ["yaml-deep", (w) => w.yamlDeep, (w) => w.yamlDeepHint],
};

function tell(problem: YamlProblem): Told {
  switch (problem.kind) {
    case "empty":
      return ["file-empty", (w) => w.fileEmpty, (w) => w.fileEmptyHint];
    case "not-a-map":
      return ["not-a-map", (w) => w.notAMap, (w) => w.notAMapHint];
    case "too-deep":
      return ["yaml-deep", (w) => w.yamlDeep, (w) => w.yamlDeepHint];
    case "alias-bomb":
      return ["yaml-alias-bomb", (w) => w.yamlAliasBomb, (w) => w.yamlAliasBombHint];
    case "alias":
      return ["yaml-alias", (w) => w.yamlAlias(problem.name), (w) => w.yamlAliasHint];
    case "duplicate":
      return ["yaml-duplicate", (w) => w.yamlDuplicate(problem.name), (w) => w.yamlDuplicateHint];
    case "syntax":
      break;
  }
  return told[problem.code] ?? ["yaml-syntax", (w) => w.yamlOther(plain(problem.text)), (w) => w.yamlOtherHint];
}

/** The library's sentence without what it quotes of the file, which may be a secret. */
function plain(text: string): string {
  return text.replace(/[:"'`].*$/s, "").trim();
}

/** What keeps a text from being YAML, where it stands. */
export function yamlFinding(problem: YamlProblem, lines: LineIndex, file: string): Finding {
  const [code, say, hint] = tell(problem);
  const [line, column] = lines.at(problem.offset);
  const length =
    problem.kind === "duplicate" || problem.kind === "alias" ? Math.max(1, Array.from(problem.name).length) : 1;
  const message: Bilingual = inBoth(say);
  return { severity: "error", code, file, line, column, length, path: "", message, hint: inBoth(hint) };
}
