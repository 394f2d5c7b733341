import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { collectorScript } from "../../src/clients/host-logs.ts";
import { hostScript, pathWord } from "../../src/clients/host-script.ts";
import { whySections } from "../../src/kernel/model/host-answers.ts";
import { agentHost, sshHost, withHosts } from "../doubles/host-bench.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";
import { askMachine } from "../doubles/why-machine.ts";

let server: SshHost;
before(async () => {
  server = await startSshHost({ withoutPackageLists: true });
});
after(() => server.stop());

for (const shell of [["dash"], ["bash", "--posix"], ["busybox", "sh"]]) {
  test(`every section is answered or says why not, in ${shell.join(" ")}, within 64 KB`, async () => {
    const { answers, text } = await askMachine("why", { shell });
    const silent = whySections.filter((section) => answers[section] === null && !(section in answers.unobserved));
    assert.deepEqual(silent, []);
    const reasons = Object.values(answers.unobserved);
    assert.deepEqual(
      reasons.filter((reason) => reason === "not-read" || reason === "cut-off"),
      [],
    );
    assert.ok(Buffer.byteLength(text) <= 65_536, `${Buffer.byteLength(text)} bytes`);
    for (const raw of Object.values(answers.raw)) assert.ok(Buffer.byteLength(raw) <= 2_048);
    const { limits, procs } = answers;
    assert.ok(limits !== null && procs !== null && procs.total > 5);
    assert.ok((limits.files?.limit ?? 0) > 1_000, "numbers of the kernel are whole");
    const [seconds] = spanOf(text);
    assert.ok((seconds ?? 0) >= 0.9, `two samples lie ${seconds} s apart`);
  });
}

/** Between the samples, and of the whole look, by the machine's own monotonic clock. */
function spanOf(text: string): readonly [number | undefined, number] {
  const [first, second] = [...text.matchAll(/^[ab] t ([\d.]+)$/gm)].map(([, at]) => Number(at));
  const ends = [...text.matchAll(/^@@\/why\w* ([\d.]+) ([\d.]+)$/gm)].map(([, , at]) => Number(at));
  const samples = first === undefined || second === undefined ? undefined : second - first;
  return [samples, (ends.at(-1) ?? 0) - (ends[0] ?? 0)];
}

test("it is over within three seconds on a machine that is not overloaded, and begins nothing late", async () => {
  const { text } = await askMachine("why");
  const [, seconds] = spanOf(text);
  // no answer begins after 2.4 s; one begun before takes at most a command's own second more
  assert.ok(seconds < 4.5, `${seconds} s`);
});

test("only what is named is asked for", async () => {
  const { answers, tookMs } = await askMachine("why,pressure,kern");
  assert.ok(answers.kern !== null);
  assert.deepEqual([answers.vmstat, answers.unobserved["vmstat"]], [null, "not-asked"]);
  assert.ok(tookMs < 5_000);
});

test("an installed copy that does not know the question, and one that was cut off, are no answers", async () => {
  const old = hostScript.replace('case ",$W," in *,why,*) why; return;; esac', ":");
  assert.notEqual(old, hostScript);
  const { answers } = await askMachine("why,limits", { script: old });
  assert.equal(answers.unobserved["limits"], "old-script");
  const cut = await askMachine("why", { script: hostScript.replace("y_db() {", () => "y_db() { kill -9 $$; ") });
  assert.equal(cut.answers.unobserved["mail"], "cut-off");
});

test("as nobody it completes; what needs root is said, section by section", async () => {
  const { answers } = await askMachine("why", { asNobody: true });
  assert.ok(answers.vmstat !== null && answers.nic !== null && answers.pressure !== null);
  assert.equal(answers.unobserved["integrity"], "needs-root");
  assert.equal(answers.unobserved["fw.part"], "needs-root");
  assert.ok(answers.fw?.hasDefaultRoute, "routes need nobody's leave");
});

test("folders whose content matters are counted, and one that is gone is told from one that may not be seen", async () => {
  const at = (name: string): string => path.join(server.folder, name);
  fs.mkdirSync(at("公開 data"));
  fs.writeFileSync(at("公開 data/a.html"), "12345");
  fs.writeFileSync(at("公開 data/b.html"), "1234567");
  fs.writeFileSync(at("sentinel"), "here");
  fs.chmodSync(server.folder, 0o755);
  fs.mkdirSync(at("closed"), { mode: 0o700 });
  const words = ["公開 data", "sentinel", "gone", "closed"].map((name) => pathWord(at(name)));
  const { answers } = await askMachine(["why", "data", ...words].join(","), { asNobody: true });
  assert.deepEqual(
    answers.data?.map(({ path: where, state, files, bytes }) => [path.basename(where), state, files, bytes]),
    [
      ["公開 data", "there", 2, 12],
      ["sentinel", "there", 1, 4],
      ["gone", "gone", null, null],
      ["closed", "denied", null, null],
    ],
  );
});

test("a host is asked over its one session, with a key that may only collect, and a look may be under way", async () => {
  const collector = path.join(server.folder, "koboshi-read");
  fs.writeFileSync(collector, collectorScript, { mode: 0o755 });
  await server.restart({ before: `command="${collector}",restrict`, lines: ["MaxSessions 1"] });
  await withHosts(
    [sshHost(server, { tracked: ["/etc/hostname"] }), agentHost("old")],
    { everyMs: 60_000 },
    async ({ hosts, one }) => {
      const looking = hosts.lookNow("web1");
      const asked = await hosts.ask("web1", []);
      await looking;
      assert.ok(asked.ok);
      const answers = asked.value;
      assert.equal(answers.silence, null);
      assert.ok((answers.firstWordMs ?? -1) >= 0);
      assert.ok(answers.limits !== null && answers.procs !== null);
      assert.deepEqual(
        answers.data?.map(({ path: where, state }) => [where, state]),
        [["/etc/hostname", "there"]],
      );
      assert.equal(one("web1").silence, null, "asking does not disturb the looks");
      const other = await hosts.ask("old", []);
      assert.equal(other.ok ? "" : other.error.code, "KB4204");
      const nobody = await hosts.ask("nosuch", []);
      assert.equal(nobody.ok ? "" : nobody.error.code, "KB1002");
    },
  );
});

test("a host that cannot be asked is no error: why is said, and every section is unobserved", async () => {
  await server.restart();
  const closed = sshHost(server, { port: 1 });
  const unknown = sshHost(server, { key: "web2", hostKey: null });
  await withHosts([closed, unknown], {}, async ({ hosts }) => {
    for (const [key, reason] of [
      ["web1", "refused"],
      ["web2", "key-unconfirmed"],
    ] as const) {
      const asked = await hosts.ask(key, ["limits"]);
      assert.ok(asked.ok);
      assert.equal(asked.value.silence, reason);
      assert.equal(asked.value.unobserved["limits"], reason);
      assert.equal(asked.value.limits, null);
    }
  });
});
