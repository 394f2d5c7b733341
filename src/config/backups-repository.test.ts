import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../kernel/secret.ts";
import { compileRepository } from "./backups-repository.ts";
import type { Draft } from "./finding.ts";
import type { RootConfig } from "./schema.ts";

const at = ["backups", "shop", "to", 0];
const keys = { access_key: new Secret("id", "test"), secret_key: new Secret("key", "test") };

function compiled(
  written: string,
  place: RootConfig["places"][string],
): { readonly made: ReturnType<typeof compileRepository>; readonly told: readonly Draft[] } {
  const told: Draft[] = [];
  const made = compileRepository({ written, tool: "restic", place, at, tell: (found) => told.push(found) });
  return { made, told };
}

test("a bucket gets the endpoint, keys and authorities of its place", () => {
  const place = { endpoint: "https://s3.example.jp/", region: "jp-north-1", ca: "/etc/koboshi/ca.pem", ...keys };
  const { made, told } = compiled("s3:shop/data", place);
  assert.deepEqual(told, []);
  assert.deepEqual([made.repo, made.ca], ["s3:https://s3.example.jp/shop/data", "/etc/koboshi/ca.pem"]);
  const { access } = made;
  assert.deepEqual([access?.id.reveal(), access?.secret.reveal(), access?.region], ["id", "key", "jp-north-1"]);
});

test("a region that is a word for people signs nothing", () => {
  for (const region of ["東京", "Tokyo", "ap northeast"])
    assert.equal(compiled("s3:https://s3.example.jp/shop", { region, ...keys }).made.access?.region, null);
});

test("one key without the other is an error; none is told", () => {
  const { secret_key: _secret, ...half } = keys;
  const { told } = compiled("s3:https://s3.example.jp/shop", half);
  assert.deepEqual(
    told.map(({ code, severity, path, message }) => [code, severity, path.join("."), message.en]),
    [
      [
        "s3-half-keys",
        "error",
        "backups.shop.to.0.repo",
        "the place has no secret_key, so nothing can be written to this bucket",
      ],
    ],
  );
  const none = compiled("s3:shop", { endpoint: "https://s3.example.jp" });
  assert.deepEqual(
    none.told.map(({ code, severity }) => [code, severity]),
    [["s3-no-keys", "note"]],
  );
});

test("authorities of one's own count for what speaks HTTPS only", () => {
  const place = { ca: "/etc/koboshi/ca.pem" };
  assert.equal(compiled("rest:https://u:p@office/shop", place).made.ca, "/etc/koboshi/ca.pem");
  assert.equal(compiled("sftp:kb@office:/srv", place).made.ca, null);
});
