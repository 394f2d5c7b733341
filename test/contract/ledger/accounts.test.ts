import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../../../src/storage/ledger/ledger.ts";
import type { Account, ApiToken } from "../../../src/storage/ledger/nouns/accounts.ts";
import { engines } from "./engines.ts";
import * as sample from "./samples.ts";
import { withLedger } from "./suite.ts";

const account: Account = {
  name: "山田",
  role: "admin",
  password: "scrypt$…",
  mustChange: true,
  totp: { sealed: "v1.…", lastStep: 59_000_000 },
  recovery: ["a", "b"],
  createdAt: sample.noon,
  lastLoginAt: null,
};
const token: ApiToken = {
  name: "grafana",
  hash: "h",
  scopes: ["read", "alerts:write"],
  createdBy: "person:yamada",
  createdAt: sample.noon,
  expiresAt: sample.night,
  lastUsedAt: null,
  revokedAt: null,
};
const session: Session = {
  hash: "s1",
  actor: "person:山田",
  account: "山田",
  csrf: "c",
  openedAt: sample.noon,
  seenAt: sample.noon,
  expiresAt: sample.night,
  address: "2001:db8::7",
  agent: "Mozilla/5.0 'ü' \"x\"",
};

for (const engine of engines) {
  test(`${engine.name}: accounts and tokens come back as written, and as changed`, () =>
    withLedger(engine, async ({ ledger: { read, transaction } }) => {
      assert.deepEqual([await read.account("山田"), await read.apiToken("grafana")], [null, null]);
      assert.deepEqual([await read.accounts(), await read.apiTokens(), await read.sessionsOf("山田")], [[], [], []]);
      await transaction(async (tx) => {
        await tx.putAccount(account);
        await tx.putApiToken(token);
      });
      assert.deepEqual(await read.account("山田"), account);
      assert.deepEqual(await read.apiToken("grafana"), token);
      const changed: Account = { ...account, role: "viewer", mustChange: false, totp: null, lastLoginAt: sample.night };
      const used: ApiToken = { ...token, expiresAt: null, lastUsedAt: sample.noon, revokedAt: sample.night };
      await transaction(async (tx) => {
        await tx.putAccount(changed);
        await tx.putApiToken(used);
        await tx.putAccount({ ...account, name: "a" });
      });
      assert.deepEqual(await read.accounts(), [{ ...account, name: "a" }, changed]);
      assert.deepEqual(await read.apiTokens(), [used]);
    }));

  test(`${engine.name}: sessions belong to an account and go with it`, () =>
    withLedger(engine, async ({ ledger: { read, transaction } }) => {
      await transaction(async (tx) => {
        await tx.putAccount(account);
        await tx.putSession(session);
        await tx.putSession({ ...session, hash: "s2" });
        await tx.putSession({ ...session, hash: "s3", account: null });
      });
      assert.deepEqual(
        (await read.sessionsOf("山田")).map(({ hash }) => hash),
        ["s1", "s2"],
      );
      assert.deepEqual(
        (await read.sessionsOf(null)).map(({ hash }) => hash),
        ["s3"],
      );
      assert.deepEqual(await read.session("s1"), session);
      await transaction((tx) => tx.deleteAccount("山田"));
      assert.deepEqual(await read.sessionsOf("山田"), []);
      assert.equal(await read.account("山田"), null);
      assert.equal((await read.session("s3"))?.hash, "s3");
    }));

  test(`${engine.name}: the audit reads what was done, newest first, by actor, kind, time and place`, () =>
    withLedger(engine, async ({ ledger: { read, transaction }, clock }) => {
      const startMs = clock.nowMs();
      const add = (kind: "signal.opened" | "hub.started" | "change.noted", actor: "koboshi" | "person:a" | "token:b") =>
        transaction((tx) => tx.append({ kind, actor, incidentId: null, data: {} }));
      await add("hub.started", "koboshi");
      await add("signal.opened", "koboshi");
      await add("change.noted", "person:a");
      await clock.advance(60_000);
      await add("change.noted", "token:b");
      const seqs = async (query: Partial<Parameters<typeof read.audit>[0]>): Promise<number[]> =>
        (await read.audit({ limit: 10, ...query })).map(({ seq }) => seq);
      assert.deepEqual(await seqs({}), [4, 3, 1]);
      assert.deepEqual(await seqs({ limit: 2 }), [4, 3]);
      assert.deepEqual(await seqs({ before: 4 }), [3, 1]);
      assert.deepEqual(await seqs({ actor: "token:b" }), [4]);
      assert.deepEqual(await seqs({ kind: "change.noted" }), [4, 3]);
      assert.deepEqual(await seqs({ fromMs: startMs + 1 }), [4]);
      assert.deepEqual(await seqs({ toMs: startMs + 60_000 }), [3, 1]);
    }));
}
