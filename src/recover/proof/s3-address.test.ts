import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointOf, readS3Address, s3Url } from "./s3-address.ts";

test("addresses of S3 are read as restic reads them", () => {
  const shop = { endpoint: "https://s3.example.jp", bucket: "shop", folder: "" };
  assert.deepEqual(readS3Address("s3.example.jp/shop"), shop);
  assert.deepEqual(readS3Address("//s3.example.jp/shop/"), shop);
  assert.deepEqual(readS3Address("https://s3.example.jp/shop/a//b"), { ...shop, folder: "a/b" });
  assert.deepEqual(readS3Address("http://[::1]:9000/shop"), { ...shop, endpoint: "http://[::1]:9000" });
  for (const bad of ["", "bucket", "https://host", "https:///bucket", "https://u:p@host/bucket"])
    assert.equal(readS3Address(bad), null, bad);
});

test("every part of a key is written so that the storage reads it as it is", () => {
  const at = { endpoint: "https://s3.example.jp", bucket: "shop" };
  assert.equal(
    s3Url(at, "控え/a+b c/data", { versionId: "x/y+z", retention: "" }),
    "https://s3.example.jp/shop/%E6%8E%A7%E3%81%88/a%2Bb%20c/data?versionId=x%2Fy%2Bz&retention=",
  );
  assert.equal(s3Url(at, "", { "object-lock": "" }), "https://s3.example.jp/shop?object-lock=");
});

test("Amazon is asked in the region of the bucket, others where they are", () => {
  for (const host of ["s3.amazonaws.com", "s3.us-east-1.amazonaws.com", "s3-eu-west-1.amazonaws.com"])
    assert.equal(endpointOf(`https://${host}`, "ap-northeast-1"), "https://s3.ap-northeast-1.amazonaws.com");
  assert.equal(endpointOf("https://s3.example.jp", "jp-north-1"), "https://s3.example.jp");
});
