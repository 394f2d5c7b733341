import assert from "node:assert/strict";
import { test } from "node:test";
import { addressCode, addressElsewhere, sshHint } from "./other-device.ts";

const screen = { isTty: true, columns: 80, unicode: true };

test("an address only this machine reaches is not offered to a phone", () => {
  for (const url of ["http://127.0.0.1:7373", "http://localhost:7373", "http://[::1]:7373"]) {
    assert.equal(addressElsewhere(url), null);
  }
  assert.equal(addressElsewhere("http://192.0.2.7:7373"), "http://192.0.2.7:7373");
});

test("a hub that listens everywhere is reached by this machine's own address", () => {
  const networks = {
    lo: [{ address: "127.0.0.1", family: "IPv4", internal: true }],
    eth0: [{ address: "192.0.2.7", family: "IPv4", internal: false }],
  };
  assert.equal(addressElsewhere("http://0.0.0.0:7373", networks), "http://192.0.2.7:7373");
  assert.equal(addressElsewhere("http://0.0.0.0:7373", { lo: networks.lo }), null);
});

test("the code is drawn only where it can be seen whole", () => {
  const url = "http://192.0.2.7:7373";
  assert.deepEqual(addressCode(url, { ...screen, isTty: false }), []);
  assert.deepEqual(addressCode(url, { ...screen, columns: 59 }), []);
  const lines = addressCode(url, screen);
  assert.ok(lines.length > 10 && lines.every((line) => /^[█▀▄ ]+$/.test(line) && line.length === lines[0]?.length));
});

test("a terminal without Unicode gets the code in ASCII", () => {
  const lines = addressCode("http://192.0.2.7:7373", { ...screen, unicode: false });
  assert.ok(lines.length > 20 && lines.every((line) => /^[# ]+$/.test(line) && line.length <= screen.columns));
});

test("whoever came by SSH is told the tunnel", () => {
  assert.match(
    sshHint("http://127.0.0.1:7373", "198.51.100.4 50000 192.0.2.7 22") ?? "",
    /^ssh -L 7373:127\.0\.0\.1:7373 \S+@192\.0\.2\.7$/,
  );
  assert.equal(sshHint("http://127.0.0.1:7373", undefined), null);
});
