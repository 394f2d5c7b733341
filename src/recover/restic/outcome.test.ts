import assert from "node:assert/strict";
import { test } from "node:test";
import { readOutcome, type ResticEnd } from "./outcome.ts";

const missing =
  "Fatal: unable to open config file: stat /srv/x/config: no such file or directory\nIs there a repository at the following location?\n/srv/x\n";
const refused = `Fatal: unable to open config file: client.Head: Head "http://u:secret@127.0.0.1:9/config": dial tcp 127.0.0.1:9: connect: connection refused\nIs there a repository at the following location?\n`;

/** restic's words about a repository in a bucket, and about one behind a server that asks for a login. */
const opened = (why: string): string =>
  `Fatal: unable to open config file: ${why}\nIs there a repository at the following location?\ns3:https://s3.test/shop\n`;
const storage: readonly (readonly [string, ResticEnd])[] = [
  ["Stat: The specified key does not exist.", "no-repository"],
  ["Stat: The specified bucket does not exist.", "no-bucket"],
  ["Stat: The access key ID you provided does not exist in our records.", "refused"],
  ["Stat: The request signature we calculated does not match the signature you provided.", "refused"],
  ["Stat: Access Denied.", "refused"],
  ["unexpected HTTP response (401): 401 Unauthorized", "refused"],
  ["Stat: The difference between the request time and the server's time is too large.", "clock-skew"],
  ['Stat: Get "https://s3.test/shop/?location=": x509: certificate signed by unknown authority', "untrusted"],
  ['Stat: Get "https://s3.test/shop/?location=": dial tcp: lookup s3.test: no such host', "unreachable"],
];

test("a storage that refuses is not one without a repository", () => {
  for (const [why, end] of storage) assert.equal(readOutcome({ code: 1, stderr: opened(why) }).end, end, why);
});

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

const stack = (why: string): string =>
  `Save(<lock/fd0c20c507>) returned error, retrying after 552.33ms: connection reset\n${why}\ngithub.com/restic/restic/internal/backend/local.(*Local).Save\n\tgithub.com/restic/restic/internal/backend/local/local.go:153\nruntime.goexit\n\truntime/asm_amd64.s:1594\nunable to create lock in backend\n`;

test("restic's sentence is what it ended with: no stack, no earlier tries, and the right reason", () => {
  const cases: readonly (readonly [string, ResticEnd, string])[] = [
    [
      stack("open /srv/x/locks/fd-tmp-4: read-only file system"),
      "refused",
      "unable to create lock in backend: open /srv/x/locks/fd-tmp-4: read-only file system",
    ],
    [stack("server response unexpected: 403 Forbidden (403)"), "refused", "403 Forbidden (403)"],
    [stack("write /srv/x/locks/fd-tmp-4: no space left on device"), "no-space", "no space left on device"],
    [
      "unable to create lock in backend: repository is already locked by PID 9 on web2 by root (UID 0, GID 0)\nlock was created at 2026-11-22 02:12:00\nstorage ID fd0c\nthe `unlock` command can be used to remove stale locks\n",
      "locked",
      "by PID 9 on web2",
    ],
    ['{"message_type":"exit_error","code":1,"message":"Fatal: 403 \\"no\\""}', "refused", 'Fatal: 403 "no"'],
    [
      "Save(<data/fd>) returned error, retrying after 1s: i/o timeout\n",
      "unreachable",
      "retrying after 1s: i/o timeout",
    ],
  ];
  for (const [stderr, end, part] of cases) {
    const read = readOutcome({ code: 1, stderr });
    assert.equal(read.end, end, stderr);
    assert.ok(read.text.includes(part), read.text);
    assert.doesNotMatch(read.text, /goexit|\.go:/);
  }
});
