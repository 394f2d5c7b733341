import assert from "node:assert/strict";
import { test } from "node:test";
import type { Incident } from "../../../src/kernel/model/incident.ts";
import { notedKinds, type AckToken, type JoinToken, type Session } from "../../../src/storage/ledger/ledger.ts";
import { engines } from "./engines.ts";
import * as sample from "./samples.ts";
import { withLedger } from "./suite.ts";

const ids = (rows: readonly { readonly id: number | string }[]): (number | string)[] => rows.map(({ id }) => id);

for (const engine of engines) {
  test(`${engine.name}: an empty ledger answers every question`, () =>
    withLedger(engine, async ({ ledger: { read } }) => {
      const nothing = [
        read.incident(1),
        read.delivery("x"),
        read.ackToken("x"),
        read.vantage("x"),
        read.joinToken("x"),
        read.session("x"),
        read.setting("x"),
      ];
      assert.deepEqual(new Set(await Promise.all(nothing)), new Set([null]));
      const lists = [
        read.incidents({ limit: 5 }),
        read.openSignals(),
        read.signalsOf(1),
        read.timeline(1),
        read.eventsAfter(0, 5),
        read.unsentDeliveries(),
        read.deliveriesOf(1),
        read.vantages(),
        read.publications(),
        ...notedKinds.map((kind) => read.notes(kind)),
      ];
      for (const list of await Promise.all(lists)) assert.deepEqual(list, []);
      assert.equal(await read.lastSeq(), 0);
    }));

  test(`${engine.name}: an incident comes back as it was written, and as it was changed`, () =>
    withLedger(engine, async ({ ledger }) => {
      const first = await ledger.transaction((tx) => tx.insertIncident(sample.incident));
      assert.deepEqual(first, { ...sample.incident, id: 1 });
      assert.deepEqual(await ledger.read.incident(1), first);
      const changed: Incident = {
        ...first,
        state: "resolved",
        quiet: true,
        flapping: false,
        acknowledgedAt: sample.noon,
        acknowledgedBy: "yamada",
        assignedTo: "sato",
        resolvedAt: sample.night,
        resolvedBy: "auto",
      };
      await ledger.transaction((tx) => tx.updateIncident(changed));
      assert.deepEqual(await ledger.read.incident(1), changed);
      await assert.rejects(
        ledger.transaction((tx) => tx.updateIncident({ ...changed, id: 7 })),
        /no incident 7/,
      );
    }));

  test(`${engine.name}: incidents are listed open ones first, then newest first, page by page`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      await transaction(async (tx) => {
        for (let id = 1; id <= 7; id++) {
          const state = id % 3 === 0 ? "investigating" : id === 7 ? "false-alarm" : "resolved";
          await tx.insertIncident({ ...sample.incident, state });
        }
      });
      assert.deepEqual(ids(await read.incidents({ limit: 10 })), [6, 3, 7, 5, 4, 2, 1]);
      assert.deepEqual(ids(await read.incidents({ state: "open", limit: 10 })), [6, 3]);
      assert.deepEqual(ids(await read.incidents({ state: "ended", limit: 2 })), [7, 5]);
      assert.deepEqual(ids(await read.incidents({ state: "ended", limit: 2, before: 5 })), [4, 2]);
      for (const limit of [1, 2, 3]) {
        const seen: (number | string)[] = [];
        for (let before: number | undefined; ;) {
          const page = await read.incidents(before === undefined ? { limit } : { limit, before });
          if (page.length === 0) break;
          seen.push(...ids(page));
          before = page.at(-1)?.id;
        }
        assert.deepEqual(seen, [6, 3, 7, 5, 4, 2, 1]);
      }
    }));

  test(`${engine.name}: open signals are listed in order of arrival until they close`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      const alone = { ...sample.signal, id: "alone", error: null, layer: null, checkId: null };
      await transaction(async (tx) => {
        const { id } = await tx.insertIncident(sample.incident);
        await tx.insertSignal(sample.signal, id);
        await tx.insertSignal(alone, null);
      });
      assert.deepEqual(await read.openSignals(), [
        { ...sample.signal, incidentId: 1 },
        { ...alone, incidentId: null },
      ]);
      const closed = { ...sample.signal, closedAt: sample.night, severity: "warning" as const };
      await transaction(async (tx) => {
        await tx.updateSignal(closed, 1);
        await tx.updateSignal(alone, 1);
      });
      assert.deepEqual(ids(await read.openSignals()), ["alone"]);
      assert.deepEqual(await read.signalsOf(1), [
        { ...closed, incidentId: 1 },
        { ...alone, incidentId: 1 },
      ]);
      await assert.rejects(
        transaction((tx) => tx.insertSignal(alone, null)),
        /UNIQUE|unique/,
      );
      await assert.rejects(
        transaction((tx) => tx.updateSignal({ ...alone, id: "nobody" }, null)),
        /no signal nobody/,
      );
    }));

  test(`${engine.name}: nothing refers to an incident that does not exist`, () =>
    withLedger(engine, async ({ ledger: { transaction } }) => {
      await assert.rejects(transaction((tx) => tx.append(sample.event(5))));
      await assert.rejects(transaction((tx) => tx.insertSignal(sample.signal, 5)));
      await assert.rejects(transaction((tx) => tx.enqueue(sample.delivery("d", 5))));
    }));

  test(`${engine.name}: a delivery is queued once by its id and stays listed until it is settled`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      const first = sample.delivery("d1", 1);
      await transaction(async (tx) => {
        await tx.insertIncident(sample.incident);
        assert.equal(await tx.enqueue(first), true);
        assert.equal(await tx.enqueue({ ...first, channel: "webhook", state: "sent" }), false);
        for (const id of ["d2", "d3", "d4"]) await tx.enqueue(sample.delivery(id, 1));
      });
      assert.deepEqual(await read.delivery("d1"), first);
      const failed = { ...first, state: "failed" as const, attempts: 3, lastError: "535 認証に失敗しました" };
      await transaction(async (tx) => {
        await tx.updateDelivery({ ...sample.delivery("d2", 1), state: "held" });
        await tx.updateDelivery({ ...sample.delivery("d3", 1), state: "sending" });
        await tx.updateDelivery(failed);
        await assert.rejects(tx.updateDelivery(sample.delivery("nobody", 1)), /no delivery nobody/);
      });
      assert.deepEqual(await read.delivery("d1"), failed);
      assert.deepEqual(ids(await read.unsentDeliveries()), ["d2", "d3", "d4"]);
      assert.deepEqual(ids(await read.deliveriesOf(1)), ["d1", "d2", "d3", "d4"]);
    }));

  test(`${engine.name}: a new acknowledge token of a person replaces the one before`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      const old: AckToken = {
        hash: "h1",
        incidentId: 1,
        person: "yamada",
        expiresAt: sample.night,
        voidedAt: null,
      };
      const other = { ...old, hash: "h2", person: "sato" };
      const fresh = { ...old, hash: "h3" };
      await transaction(async (tx) => {
        await tx.insertIncident(sample.incident);
        for (const token of [old, other, fresh]) await tx.putAckToken(token);
      });
      assert.equal(await read.ackToken("h1"), null);
      assert.deepEqual(await read.ackToken("h2"), other);
      const voided = { ...fresh, voidedAt: sample.noon };
      await transaction((tx) => tx.putAckToken(voided));
      assert.deepEqual(await read.ackToken("h3"), voided);
    }));

  test(`${engine.name}: vantages, join tokens and sessions are replaced by their key`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      const office = { name: "事務所", publicKey: "k", joinedAt: sample.noon, revokedAt: null, lastSequence: 2 ** 40 };
      const attic = { ...office, name: "attic", revokedAt: sample.night };
      const join: JoinToken = { hash: "j", vantage: "事務所", firstSeenAt: sample.noon, usedAt: null };
      const session: Session = {
        hash: "s",
        actor: "person:yamada",
        account: null,
        csrf: "c",
        openedAt: sample.noon,
        seenAt: sample.noon,
        expiresAt: sample.night,
        address: "192.0.2.7",
        agent: "Mozilla/5.0 'x'",
      };
      await transaction(async (tx) => {
        await tx.putVantage(office);
        await tx.putVantage(attic);
        await tx.putJoinToken(join);
        await tx.putSession(session);
      });
      assert.deepEqual(await read.vantages(), [attic, office]);
      assert.deepEqual(await read.joinToken("j"), join);
      assert.deepEqual(await read.session("s"), session);
      const used = { ...join, usedAt: sample.night };
      await transaction(async (tx) => {
        await tx.putVantage({ ...office, lastSequence: 0 });
        await tx.putJoinToken(used);
        await tx.putSession({ ...session, csrf: "c2" });
      });
      assert.deepEqual(await read.vantage("事務所"), { ...office, lastSequence: 0 });
      assert.deepEqual(await read.joinToken("j"), used);
      assert.equal((await read.session("s"))?.csrf, "c2");
      await transaction((tx) => tx.deleteSession("s"));
      assert.equal(await read.session("s"), null);
    }));

  test(`${engine.name}: publications, settings and notes`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      const tried = {
        target: "folder:/srv/status",
        verifiedHash: null,
        verifiedAt: null,
        verifiedState: null,
        lastError: "接続を拒否されました",
        lastTriedAt: sample.noon,
      };
      const verified = {
        ...tried,
        verifiedHash: "f00",
        verifiedAt: sample.night,
        verifiedState: "ok",
        lastError: null,
      };
      const note = { kind: "change" as const, text: "httpd を更新", actor: "person:yamada", at: sample.noon };
      await transaction(async (tx) => {
        await tx.putPublication(tried);
        await tx.putSetting("theme", "light");
        await tx.putSetting("theme", "dark");
        assert.deepEqual(await tx.insertNoted(note), { ...note, id: 1 });
        await tx.insertNoted({ ...note, kind: "window" });
        await tx.insertNoted({ ...note, text: "元に戻した" });
      });
      assert.deepEqual(await read.publications(), [tried]);
      await transaction((tx) => tx.putPublication(verified));
      assert.deepEqual(await read.publications(), [verified]);
      assert.equal(await read.setting("theme"), "dark");
      assert.deepEqual(ids(await read.notes("change")), [3, 1]);
      assert.deepEqual(await read.notes("window"), [{ ...note, kind: "window", id: 2 }]);
    }));

  test(`${engine.name}: events are read on from any number, at most so many`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      await transaction(async (tx) => {
        const { id } = await tx.insertIncident(sample.incident);
        for (let nth = 1; nth <= 250; nth++) await tx.append(sample.event(nth % 2 === 0 ? id : null, String(nth)));
      });
      const page = await read.eventsAfter(100, 100);
      assert.deepEqual([page.length, page[0]?.seq, page.at(-1)?.seq], [100, 101, 200]);
      assert.equal((await read.eventsAfter(250, 100)).length, 0);
      assert.equal((await read.timeline(1)).length, 125);
      assert.equal((await read.timeline(1))[1]?.data["text"], "4");
    }));
}
