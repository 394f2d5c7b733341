import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHosts } from "./hosts-file.ts";

test("a hosts file is read line by line, in its order, whatever its case and spacing", () => {
  const names = parseHosts(
    "127.0.0.1\tlocalhost\n# no\n::1 localhost ip6-localhost # yes\n10.0.0.5 Web1 web1 www\r\nnonsense x\n\n10.0.0.6 web1",
  );
  assert.deepEqual(names.get("localhost"), ["127.0.0.1", "::1"]);
  assert.deepEqual(names.get("web1"), ["10.0.0.5", "10.0.0.6"]);
  assert.deepEqual(names.get("www"), ["10.0.0.5"]);
  assert.equal(names.get("x"), undefined);
});
