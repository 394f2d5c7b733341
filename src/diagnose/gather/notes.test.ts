import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeployment } from "./notes.ts";

function deployed(text: string): boolean {
  return isDeployment({ text } as Parameters<typeof isDeployment>[0]);
}

test("a new version is a deployment; a file of settings, a rule, a zone or a certificate that is updated is a setting", () => {
  const versions = [
    "shop 1.5.0 を web1 に配備",
    "web1 を更新",
    "apt upgrade on web1",
    "updated the shop",
    "nginx を更新",
  ];
  const settings = [
    "web1: nftables.conf を更新 (/etc/nftables.conf)",
    "shop.test の証明書を更新",
    "dns1: shop.test のゾーンを更新",
    "updated the firewall rules of web1",
    "ProxyTimeout を 30 から 2 に変更",
  ];
  assert.deepEqual(versions.map(deployed), [true, true, true, true, true]);
  assert.deepEqual(settings.map(deployed), [false, false, false, false, false]);
  assert.ok(deployed("deploy 1.4.3 with a new /etc/shop/app.json"));
});
