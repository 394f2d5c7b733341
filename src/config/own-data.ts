import path from "node:path";
import type { HubSpec } from "../kernel/model/site.ts";
import { secretReference } from "../kernel/secret.ts";
import { partsFolder } from "./gather.ts";
import type { RootConfig } from "./schema.ts";

/** In `of: { host: hub }` koboshi's own data, unless the file has a host of that name. */
const ownName = "hub";

export function isOwn(host: string, { hosts }: Pick<RootConfig, "hosts">): boolean {
  return host.replace(/^host:/, "") === ownName && hosts[ownName] === undefined;
}

/** What koboshi needs to come back elsewhere as it was. Absolute. */
export interface OwnData {
  /** the configuration, what it is kept together with, and the keys it names */
  readonly paths: readonly string[];
  /** of the paths those that need not be there */
  readonly optional: readonly string[];
  readonly ledger: string;
}

export interface OwnFiles {
  /** the configuration file */
  readonly file: string;
  /** secrets as they are written, `${file:/etc/koboshi/key}` */
  readonly secrets: readonly string[];
}

/** Beside the ledger lies the key that opens what accounts keep in it; other data of the folder is measured anew. */
export function ownData(
  { file, secrets }: OwnFiles,
  { dataFolder, tls }: Pick<HubSpec, "dataFolder" | "tls">,
): OwnData {
  const folder = path.dirname(file);
  const keys = secrets.flatMap((written) => {
    const reference = secretReference(written);
    return reference?.kind === "file" ? [path.resolve(folder, reference.name)] : [];
  });
  const certificate = tls === undefined ? [] : [tls.cert, tls.key];
  const optional = [partsFolder(file), path.join(folder, "causes"), path.join(dataFolder, "account-key")];
  return {
    paths: [...new Set([file, ...optional, ...keys, ...certificate])],
    optional: [...new Set([...optional, ...keys])],
    ledger: path.join(dataFolder, "ledger.sqlite"),
  };
}
