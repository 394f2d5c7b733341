import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import type { ProbeResult } from "../../src/kernel/model/observation.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { createAuthority, type Authority } from "../contract/probes/certificates.ts";
import { probeOf, said, systemClock } from "../contract/probes/run-probe.ts";
import { assertResult, inTime } from "../contract/probes/suite.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { startMailSystem, type MailSystem } from "../doubles/mail-system.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-roundtrip-"));
const password = "probe's password";
const hourMs = 3_600_000;

interface Trip {
  readonly password?: string;
  readonly viaPassword?: string;
  readonly timeoutMs?: number;
}

suite("a mail sent and read back", () => {
  let system: MailSystem;
  let authority: Authority;

  before(async () => {
    authority = await createAuthority(folder);
    const pem = await authority.issue("mail", { fromDays: -10, toDays: 80, names: "DNS:mail.shop.test,IP:127.0.0.1" });
    system = await startMailSystem({ users: { probe: password, other: "x" }, pem });
  });
  after(async () => {
    await system.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const imaps = (): string => `imaps://127.0.0.1:${system.dovecot.ports.imaps}`;
  const via = (): string => `smtp://127.0.0.1:${system.smtp}`;

  /** One round, with the secrets opened as the hub opens them. */
  async function go(keys: Readonly<Record<string, unknown>> = {}, trip: Trip = {}): Promise<ProbeResult> {
    const probe = probeOf("roundtrip");
    const check = { send: "probe@shop.test", user: "probe", read: imaps(), via: via(), ca: authority.ca, ...keys };
    const spec = probe.schema.parse({ roundtrip: check }) as { roundtrip: Record<string, unknown> };
    const opened = { ...spec.roundtrip, password: new Secret(trip.password ?? password, "test") };
    const viaSecret = trip.viaPassword === undefined ? {} : { via_password: new Secret(trip.viaPassword, "test") };
    const result = await probe.run(
      { roundtrip: { ...opened, ...viaSecret } },
      {
        clock: systemClock,
        timeoutMs: trip.timeoutMs ?? 15_000,
        signal: new AbortController().signal,
        trustedHosts: new Set<string>(),
      },
    );
    assertResult(result);
    return result;
  }

  for (const protocol of ["imaps", "imap", "pop3s", "pop3"] as const) {
    test(`by ${protocol}: it arrives, is measured, and is gone again; other mail stays`, async () => {
      system.plant("probe", `1.person.${protocol}`, "Subject: a person's mail\r\n\r\nhello\r\n");
      const earlier = system.mails("probe").length;
      const port = system.dovecot.ports[protocol];
      const result = await go({ read: `${protocol}://127.0.0.1:${port}` });
      assert.equal(said(result), "up", result.error?.text);
      const { acceptedMs, deliveryMs, roundTripMs, sentBy } = result.facts;
      assert.ok(Number(acceptedMs) + Number(deliveryMs) <= Number(roundTripMs) + 2, JSON.stringify(result.facts));
      assert.equal(sentBy, `127.0.0.1:${system.smtp}`);
      assert.equal(result.address, `127.0.0.1:${port}`);
      assert.equal(system.mails("probe").length, earlier, "nothing is left behind, nothing else is taken");
    });

    test(`by ${protocol}: leftovers of earlier rounds are removed, mails of this hour are not`, async () => {
      const hour = Math.floor(Date.now() / hourMs);
      const planted = { old: hour - 5, young: hour, last: hour - 1 };
      for (const [name, at] of Object.entries(planted)) {
        system.plant(
          "probe",
          `2.${name}.${protocol}`,
          `Subject: koboshi-round-trip t${at}xabc${name}\r\n\r\n${name}\r\n`,
        );
      }
      const result = await go({ read: `${protocol}://127.0.0.1:${system.dovecot.ports[protocol]}` });
      assert.equal(said(result), "up", result.error?.text);
      assert.equal(result.facts["leftoversRemoved"], 1);
      const left = system.mails("probe").join("");
      assert.deepEqual(
        [left.includes("xabcold"), left.includes("xabcyoung"), left.includes("xabclast")],
        [false, true, true],
      );
    });
  }

  test("a wrong password of the mailbox is told before anything is sent", async () => {
    const earlier = system.mails("probe").length;
    const result = await go({}, { password: "hunter2!" });
    assert.equal(said(result), "down application login-refused");
    assert.doesNotMatch(JSON.stringify(result), /hunter2/);
    assert.equal(result.facts["sentBy"], undefined);
    assert.equal(system.mails("probe").length, earlier);
  });

  test("the sending server's refusals are told apart from the mailbox's", async () => {
    assert.equal(said(await go({ send: "nobody@shop.test" })), "down application send-refused");
    const relayed = await go({ send: "probe@elsewhere.test" });
    assert.equal(said(relayed), "down application send-refused");
    assert.match(relayed.error?.text ?? "", /Relay access denied/);
    const entered = await go({ via_user: "probe" });
    assert.equal(said(entered), "up", entered.error?.text);
    const wrong = await go({ via_user: "probe" }, { viaPassword: "hunter2!" });
    assert.equal(said(wrong), "down application send-login-refused");
    assert.doesNotMatch(JSON.stringify(wrong), /hunter2|aHVudGVy/);
    const gone = await go({ via: `smtp://127.0.0.1:${await freePort()}` });
    assert.equal(said(gone), "down connect refused");
  });

  test("slower than agreed is a warning; accepted and never seen is an outage, within the attempt's time", async () => {
    assert.equal(said(await go({ within: "0ms" })), "degraded application slow");
    system.hold(true);
    const result = await inTime(5_000, go({}, { timeoutMs: 5_000 }));
    assert.equal(said(result), "down application not-delivered");
    assert.equal(typeof result.facts["acceptedMs"], "number");
    system.hold(false);
    await until("the late mail arrives", () =>
      Promise.resolve(
        system.mails("probe").some((mail) => /^Subject: koboshi-round-trip t\d+x[0-9a-f]{16}$/m.test(mail)),
      ),
    );
  });

  test("without a password nothing is said of the target", async () => {
    const probe = probeOf("roundtrip");
    const spec = probe.schema.parse({ roundtrip: { send: "probe@shop.test", read: imaps() } });
    const signal = new AbortController().signal;
    const context = { clock: systemClock, timeoutMs: 1_000, signal, trustedHosts: new Set<string>() };
    assert.equal(said(await probe.run(spec, context)), "unknown application password-missing");
  });
});
