import { endsTransaction } from "./failures.ts";
import { undo } from "./migrate.ts";
import type { Connection, Statement } from "./sqlite.ts";

/** The connection that writes, open for statements only between `begin` and `commit` or `rollback`. */
export interface Gate {
  readonly connection: Connection;
  begin(): void;
  commit(): void;
  rollback(): void;
  /** A part that can be undone without what came before it in the same transaction. */
  beginPart(): void;
  keepPart(): void;
  undoPart(): void;
  /** the whole transaction is gone, whatever its parts say */
  isBroken(): boolean;
}

/**
 * Nothing is written outside a transaction: neither by a statement nobody waited for, nor after SQLite has undone the
 * transaction by itself because the disk was full while the caller went on.
 */
export function createGate(connection: Connection): Gate {
  let state: "shut" | "open" | { readonly failed: unknown } = "shut";

  function passing<T>(call: () => T): T {
    if (state === "shut") throw new Error("a write outside of its transaction");
    if (state !== "open") throw state.failed;
    try {
      return call();
    } catch (thrown) {
      if (endsTransaction(thrown)) state = { failed: thrown };
      throw thrown;
    }
  }

  const wrapped = new WeakMap<Statement, Statement>();
  function wrap(statement: Statement): Statement {
    const known = wrapped.get(statement);
    if (known !== undefined) return known;
    const gated: Statement = {
      reader: statement.reader,
      all: (parameters) => passing(() => statement.all(parameters)),
      run: (parameters) => passing(() => statement.run(parameters)),
      iterate: (parameters) => passing(() => statement.iterate(parameters)),
    };
    wrapped.set(statement, gated);
    return gated;
  }

  return {
    connection: { ...connection, prepare: (sql) => wrap(passing(() => connection.prepare(sql))) },
    begin() {
      connection.exec("BEGIN IMMEDIATE");
      state = "open";
    },
    commit() {
      passing(() => connection.exec("COMMIT"));
      state = "shut";
    },
    rollback() {
      state = "shut";
      undo(connection);
    },
    beginPart: () => passing(() => connection.exec("SAVEPOINT part")),
    keepPart: () => passing(() => connection.exec("RELEASE part")),
    undoPart: () => passing(() => connection.exec("ROLLBACK TO part; RELEASE part")),
    isBroken: () => typeof state === "object",
  };
}
