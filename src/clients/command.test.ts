import assert from "node:assert/strict";
import { test } from "node:test";
import { splitWords } from "./command.ts";

test("a command written as one text falls into its words as a shell would part them, and nothing else is done to it", () => {
  const table: Readonly<Record<string, readonly string[]>> = {
    "check_disk -w 10% -p /": ["check_disk", "-w", "10%", "-p", "/"],
    "  a   b ": ["a", "b"],
    "say 'two words' \"and two\" x'y z'w": ["say", "two words", "and two", "xy zw"],
    'a\\ b "c\\"d" \'\\\'': ["a b", 'c"d', "\\"],
    "x ''": ["x", ""],
    "rm -rf $HOME; echo `id` | cat > /tmp/x": ["rm", "-rf", "$HOME;", "echo", "`id`", "|", "cat", ">", "/tmp/x"],
    "": [],
  };
  for (const [text, words] of Object.entries(table)) assert.deepEqual(splitWords(text), words, text);
});
