import os from "node:os";
import { machineFiles, type Files } from "./source.ts";

/** What the configuration's meaning depends on outside the file. */
export interface Machine {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostName: string;
  /** a local mail system takes mail at /usr/sbin/sendmail */
  readonly hasSendmail: boolean;
}

export function thisMachine(): Machine {
  return {
    files: machineFiles,
    env: process.env,
    hostName: os.hostname(),
    hasSendmail: machineFiles.stat("/usr/sbin/sendmail") !== null,
  };
}
