import assert from "node:assert/strict";
import { test } from "node:test";
import { tidyConfig } from "./fmt.ts";

test("spaces at line ends go, the last line gets its end, comments and order stay", () => {
  assert.equal(tidyConfig("b: 1   # two  \na:   \n  - x\t\n\n\n"), "b: 1   # two\na:\n  - x\n");
  assert.equal(tidyConfig("a: 1"), "a: 1\n");
  assert.equal(tidyConfig("a: 1 \r\nb: 2"), "a: 1\r\nb: 2\r\n");
});

test("spaces that belong to a value stay", () => {
  const text = 'a: |\n  x  \n  y\nb: "p  \n  q"\n';
  assert.equal(tidyConfig(text), text);
});

test("what is no YAML is left alone", () => {
  assert.equal(tidyConfig("a: [ \n"), null);
});
