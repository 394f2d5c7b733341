import path from "node:path";
import type { Bilingual } from "../kernel/lang.ts";
import { secretReference, type UnopenedSecret } from "../kernel/secret.ts";
import type { LoadOutcome } from "./load.ts";
import type { Machine } from "./machine.ts";
import { openSecret } from "./secrets.ts";

/** One secret of the configuration, without its value. */
export interface SecretEntry {
  /** `notify.channels.mail.password` */
  readonly path: string;
  readonly file: string;
  readonly line: number;
  /** `plain`: written in the configuration itself */
  readonly kind: "env" | "file" | "cred" | "plain";
  /** the variable, the file, the credential; empty for `plain` */
  readonly name: string;
  /** since when it has its present value; null when that is not known */
  readonly changedAtMs: number | null;
  /** four octal digits; null for what is no file */
  readonly mode: string | null;
  /** why it cannot be opened; null when it can */
  readonly problem: Bilingual | null;
}

/** Every secret the configuration names: where it comes from, how old and how closed it is. Values never leave. */
export function listSecrets({ name, secrets }: LoadOutcome, machine: Machine): SecretEntry[] {
  const folder = path.dirname(path.resolve(name));
  return secrets.map(({ secret, place }) => {
    const opened = openSecret(secret.written(), folder, machine);
    const reference = secretReference(secret.written());
    const stat = statOf(secret, folder, machine);
    return {
      path: place.path,
      file: place.file,
      line: place.line,
      kind: reference?.kind ?? "plain",
      name: reference?.name ?? "",
      changedAtMs: stat?.modifiedAtMs ?? null,
      mode: stat === null ? null : stat.mode.toString(8).padStart(4, "0"),
      problem: opened.ok ? null : opened.error.message,
    };
  });
}

function statOf(
  secret: UnopenedSecret,
  folder: string,
  { files, env }: Machine,
): { readonly mode: number; readonly modifiedAtMs: number } | null {
  const reference = secretReference(secret.written());
  if (reference?.kind === "file") return files.stat(path.resolve(folder, reference.name));
  const credentials = env["CREDENTIALS_DIRECTORY"];
  if (reference?.kind !== "cred" || credentials === undefined) return null;
  return reference.name === path.basename(reference.name) ? files.stat(path.join(credentials, reference.name)) : null;
}
