import type { Command } from "../command.ts";
import { ack } from "./ack.ts";
import { agent } from "./agent.ts";
import { auditLog } from "./audit-log.ts";
import { check } from "./check.ts";
import { configApply } from "./config-apply.ts";
import { configCheck } from "./config-check.ts";
import { configDiff } from "./config-diff.ts";
import { configExplain } from "./config-explain.ts";
import { configFmt } from "./config-fmt.ts";
import { configSchema } from "./config-schema.ts";
import { configShow } from "./config-show.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { hostDiagnose } from "./host-diagnose.ts";
import { hostCollector } from "./host-collector.ts";
import { hostConfirm } from "./host-confirm.ts";
import { hostLs } from "./host-ls.ts";
import { hostShow } from "./host-show.ts";
import { hardware } from "./hardware.ts";
import { importCommand } from "./import.ts";
import { incidentAssign } from "./incident-assign.ts";
import { incidentLs } from "./incident-ls.ts";
import { incidentShow } from "./incident-show.ts";
import { incidentReport } from "./incident-report.ts";
import { init } from "./init.ts";
import { jobLs } from "./job-ls.ts";
import { jobPause } from "./job-pause.ts";
import { jobShow } from "./job-show.ts";
import { jobUrl } from "./job-url.ts";
import { jobsDue } from "./jobs-due.ts";
import { logs } from "./logs.ts";
import { logsReport } from "./logs-report.ts";
import { logsScan } from "./logs-scan.ts";
import { logsTemplates } from "./logs-templates.ts";
import { note } from "./note.ts";
import { noticeLs } from "./notice-ls.ts";
import { noticeRead } from "./notice-read.ts";
import { notifyTest } from "./notify-test.ts";
import { pagePublish } from "./page-publish.ts";
import { pageShow } from "./page-show.ts";
import { pathLs } from "./path-ls.ts";
import { peopleLs } from "./people-ls.ts";
import { resolve } from "./resolve.ts";
import { secretLs } from "./secret-ls.ts";
import { secretShow } from "./secret-show.ts";
import { serviceLs } from "./service-ls.ts";
import { servicePause } from "./service-pause.ts";
import { serviceResume } from "./service-resume.ts";
import { serviceShow } from "./service-show.ts";
import { serviceTest } from "./service-test.ts";
import { status } from "./status.ts";
import { tokenCreate } from "./token-create.ts";
import { tokenLs } from "./token-ls.ts";
import { tokenRevoke } from "./token-revoke.ts";
import { up } from "./up.ts";
import { userAdd } from "./user-add.ts";
import { userLs } from "./user-ls.ts";
import { userReset } from "./user-reset.ts";
import { userRm } from "./user-rm.ts";
import { userRole } from "./user-role.ts";
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
  importCommand,
  check,
  doctor,
  demo,
  incidentLs,
  incidentShow,
  incidentAssign,
  under("incident", ack),
  under("incident", note),
  under("incident", resolve),
  incidentReport,
  serviceLs,
  serviceShow,
  serviceTest,
  servicePause,
  serviceResume,
  pageShow,
  pagePublish,
  notifyTest,
  hostDiagnose,
  vantage,
  vantageLs,
  pathLs,
  peopleLs,
  agent,
  hostLs,
  hostShow,
  hostConfirm,
  hostCollector,
  hardware,
  jobLs,
  jobShow,
  jobUrl,
  jobPause,
  jobsDue,
  noticeLs,
  noticeRead,
  logs,
  logsReport,
  logsScan,
  logsTemplates,
  configCheck,
  configDiff,
  configApply,
  configFmt,
  configShow,
  configExplain,
  configSchema,
  secretLs,
  secretShow,
  userLs,
  userAdd,
  userRole,
  userReset,
  userRm,
  tokenLs,
  tokenCreate,
  tokenRevoke,
  auditLog,
  explain,
  version,
];
