/** What a far side did with a request, in few words: never judged by, only shown. */
export type Answer = string;

/** Ways to lose a stored object, in the order they are tried. */
export type LossWay = "delete" | "overwrite" | "put" | "rename" | "truncate" | "permissions";

/** A repository's storage spoken to in its own protocol, by full names only. */
export interface CanaryStore {
  /** @param name `data/<64 hex>`; never one that exists */
  put(name: string, text: string): Promise<Answer>;
  /** `gone`: it is certain that nothing is there; `unreadable`: it cannot be told */
  read(name: string): Promise<{ readonly text: string } | "gone" | "unreadable">;
  readonly ways: readonly LossWay[];
  /** Tries to lose the object. @param other what to write over it */
  lose(way: LossWay, name: string, other: string): Promise<Answer>;
}

/** Why a proof cannot be tried at all; key of its words. */
export type NotTried = "no-address" | "kind-unknown" | "no-program";

/** Local, SFTP and rclone layouts have a folder by the first two digits of a data object. */
export function filePath(folder: string, name: string): string {
  const [kind = "", id = ""] = name.split("/");
  return kind === "data" ? `${folder}/data/${id.slice(0, 2)}/${id}` : `${folder}/${kind}/${id}`;
}
