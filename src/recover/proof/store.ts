/** What a far side did with a request, in few words: never judged by, only shown. */
export type Answer = string;

/** Ways to lose a stored object. */
export type LossWay =
  | "delete"
  | "overwrite"
  | "put"
  | "rename"
  | "truncate"
  | "permissions"
  | "delete-version"
  | "retention";

/** Until when a storage keeps an object from everyone who is not allowed to break its locks. */
export interface LockSeen {
  /** Unix epoch, by the storage's clock; null: not locked, or it cannot be told */
  readonly untilMs: number | null;
  /** nobody at all may end it before its time */
  readonly isFinal: boolean;
  readonly answer: Answer;
}

/** A repository's storage spoken to in its own protocol, by full names only. */
export interface CanaryStore {
  /** @param name `data/<64 hex>`; never one that exists */
  put(name: string, text: string): Promise<Answer>;
  /** `gone`: it is certain that nothing is there; `unreadable`: it cannot be told */
  read(name: string): Promise<{ readonly text: string } | "gone" | "unreadable">;
  /** in the order they are tried */
  readonly ways: readonly LossWay[];
  /** Tries to lose the object. @param other what to write over it */
  lose(way: LossWay, name: string, other: string): Promise<Answer>;
  /** Takes the object away for good, with everything this run has left under its name. */
  remove(name: string): Promise<Answer>;
  /** Left out: this kind of storage has no locks. */
  lock?(name: string): Promise<LockSeen>;
}

/** What this run has written in a storage that keeps versions, by name: whoever compares looks at the same ones. */
export type Written = Map<string, WrittenObject>;

interface WrittenObject {
  readonly text: string | null;
  /** the version that is judged; null: the storage keeps none */
  readonly version: string | null;
  /** versions and marks of deletion that trying has made */
  readonly others: string[];
}

/** Why a proof cannot be tried at all; key of its words. */
export type NotTried = "no-address" | "kind-unknown" | "no-program" | "no-keys";

/** Local, SFTP and rclone layouts have a folder by the first two digits of a data object. */
export function filePath(folder: string, name: string): string {
  const [kind = "", id = ""] = name.split("/");
  return kind === "data" ? `${folder}/data/${id.slice(0, 2)}/${id}` : `${folder}/${kind}/${id}`;
}
