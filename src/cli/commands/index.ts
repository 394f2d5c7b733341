import type { Command } from "../command.ts";
import { ack } from "./ack.ts";
import { check } from "./check.ts";
import { configCheck } from "./config-check.ts";
import { configExplain } from "./config-explain.ts";
import { configSchema } from "./config-schema.ts";
import { configShow } from "./config-show.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { incidentAssign } from "./incident-assign.ts";
import { incidentLs } from "./incident-ls.ts";
import { incidentShow } from "./incident-show.ts";
import { init } from "./init.ts";
import { note } from "./note.ts";
import { pagePublish } from "./page-publish.ts";
import { pageShow } from "./page-show.ts";
import { resolve } from "./resolve.ts";
import { secretShow } from "./secret-show.ts";
import { status } from "./status.ts";
import { up } from "./up.ts";
import { vantage } from "./vantage.ts";
import { vantageLs } from "./vantage-ls.ts";
import { version } from "./version.ts";
import { why } from "./why.ts";

/** The same command by its long name, beside the other verbs of its noun. */
function under(noun: string, command: Command): Command {
  return { ...command, name: `${noun} ${command.name}` };
}

/** Every command, in the order `koboshi help` shows them. */
export const commands: readonly Command[] = [
  status,
  why,
  ack,
  note,
  resolve,
  up,
  init,
  check,
  doctor,
  incidentLs,
  incidentShow,
  incidentAssign,
  under("incident", ack),
  under("incident", note),
  under("incident", resolve),
  pageShow,
  pagePublish,
  vantage,
  vantageLs,
  configCheck,
  configShow,
  configExplain,
  configSchema,
  secretShow,
  explain,
  version,
];
