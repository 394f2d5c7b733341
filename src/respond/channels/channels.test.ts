import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { channelOf, channels } from "./index.ts";

test("every channel file is registered, and named after its kind", () => {
  const files = fs.readdirSync(import.meta.dirname).filter((name) => !/^index\.ts$|\.test\.ts$/.test(name));
  assert.deepEqual(channels.map((channel) => `${channel.kind}.ts`).sort(), files.sort());
});

test("a channel is found by its kind", () => {
  for (const channel of channels) assert.equal(channelOf(channel.kind), channel);
});
