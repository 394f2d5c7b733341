import assert from "node:assert/strict";
import { test } from "node:test";
import { readOutcome, type ResticEnd } from "./outcome.ts";

const missing =
  "Fatal: unable to open config file: stat /srv/x/config: no such file or directory\nIs there a repository at the following location?\n/srv/x\n";
const refused = `Fatal: unable to open config file: client.Head: Head "http://u:secret@127.0.0.1:9/config": dial tcp 127.0.0.1:9: connect: connection refused\nIs there a repository at the following location?\n`;

test("every way restic ends is one of few, by its exit status where it tells, else by its words", () => {
  const cases: readonly (readonly [number | null, string, ResticEnd])[] = [
    [0, "", "ok"],
    [1, "Fatal: wrong password or no key found\n", "wrong-password"],
    [12, "Fatal: wrong password or no key found\n", "wrong-password"],
    [1, missing, "no-repository"],
    [10, "Fatal: repository does not exist\n", "no-repository"],
    [1, refused, "unreachable"],
    [
      1,
      "unable to create lock in backend: repository is already locked exclusively by PID 9 on web2 by root",
      "locked",
    ],
    [11, "", "locked"],
    [1, "Fatal: unable to save snapshot: write /srv/x/tmp: no space left on device", "no-space"],
    [3, "", "incomplete"],
    [130, "signal interrupt received, cleaning up", "interrupted"],
    [137, "", "interrupted"],
    [null, "", "interrupted"],
    [127, "sh: restic: not found", "no-program"],
    [1, "Fatal: unable to open repository at sftp:b@h:/r: unable to start the sftp session, error: EOF", "unreachable"],
    [255, "ssh: connect to host web1 port 22: Connection timed out", "unreachable"],
    [2, "goroutine 1 [running]", "failed"],
    [99, "", "failed"],
    [1, "Fatal: something new", "failed"],
  ];
  for (const [code, stderr, end] of cases) assert.equal(readOutcome({ code, stderr }).end, end, `${code} ${stderr}`);
  assert.equal(readOutcome({ code: 0, stderr: "", timedOut: true }).end, "timeout");
});

test("the words of an outcome hold no password", () => {
  assert.ok(!readOutcome({ code: 1, stderr: refused }).text.includes("secret"));
});
