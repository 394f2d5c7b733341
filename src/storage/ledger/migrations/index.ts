import { firstLight } from "./0001-first-light.ts";
import { accounts } from "./0002-accounts.ts";
import { jobs } from "./0003-jobs.ts";
import { alerts } from "./0004-alerts.ts";
import { reports } from "./0005-reports.ts";
import { hosts } from "./0006-hosts.ts";
import { feeds } from "./0007-feeds.ts";
import { pathsPeople } from "./0008-paths-people.ts";
import { hardware } from "./0009-hardware.ts";
import { diagnoses } from "./0010-diagnoses.ts";
import { recovery } from "./0011-recovery.ts";
import { windows } from "./0012-windows.ts";
import { snapshots } from "./0013-snapshots.ts";
import { repairs } from "./0014-repairs.ts";
import { aftercare } from "./0015-aftercare.ts";
import { windowNotices } from "./0016-window-notices.ts";
import { learned } from "./0017-learned.ts";
import type { Migration } from "./migration.ts";

/** In order; append only. */
export const migrations: readonly Migration[] = [
  firstLight,
  accounts,
  jobs,
  alerts,
  reports,
  hosts,
  feeds,
  pathsPeople,
  hardware,
  diagnoses,
  recovery,
  windows,
  snapshots,
  repairs,
  aftercare,
  windowNotices,
  learned,
];
