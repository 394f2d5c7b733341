import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { checkConfigText } from "../../src/config/index.ts";
import { langs } from "../../src/kernel/lang.ts";
import { webWords } from "../../src/words/web.ts";

/** Whatever people are told to write must be right as it stands. */
function assertRight(text: string, where: string): void {
  const { findings, plan } = checkConfigText(text, where);
  const errors = findings
    .filter(({ severity }) => severity === "error")
    .map(({ message, line }) => `${line}: ${message.en}`);
  assert.deepEqual(errors, [], where);
  assert.ok(plan !== null, where);
}

for (const file of ["README.md", "README.ja.md", "docs/guide.en.md", "docs/guide.ja.md"]) {
  test(`${file}: its configurations are right, those that are parts of one together with the first`, () => {
    const blocks = [...fs.readFileSync(file, "utf8").matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");
    const whole = blocks.filter((text) => text.startsWith("version:"));
    assert.ok(whole.length >= 2);
    for (const text of whole) assertRight(text, file);
    for (const part of blocks.filter((text) => !text.startsWith("version:"))) assertRight(`${whole[0]}${part}`, file);
  });
}

test("what Home tells a newcomer to write is right", () => {
  for (const lang of langs) assertRight(webWords(lang).emptyExample, "Home");
});
