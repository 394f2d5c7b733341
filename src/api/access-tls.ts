import fs from "node:fs";
import type { Server } from "node:https";
import { createSecureContext } from "node:tls";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { HubSpec } from "../kernel/model/site.ts";

type TlsSpec = NonNullable<HubSpec["tls"]>;

/** What a listener needs to speak https. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: "TLSv1.2";
}

/** Reads certificate and key, and sees that they belong together. @throws KoboshiError KB3012 */
export function readTls({ cert, key }: TlsSpec): TlsFiles {
  const files = { cert: readPem(cert), key: readPem(key), minVersion: "TLSv1.2" } as const;
  try {
    createSecureContext(files);
  } catch (thrown) {
    throw new KoboshiError("KB3012", { file: `${cert}, ${key}`, reason: errorText(thrown) }, thrown);
  }
  return files;
}

/**
 * Takes a renewed certificate over; connections that are open stay as they are.
 * @throws KoboshiError KB3012; the one in use stays in force
 */
export function renewTls(server: Pick<Server, "setSecureContext">, spec: TlsSpec): void {
  server.setSecureContext(readTls(spec));
}

function readPem(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (thrown) {
    throw new KoboshiError("KB3012", { file, reason: errorText(thrown) }, thrown);
  }
}
