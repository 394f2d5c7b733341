import type { EvidenceKind } from "../model.ts";
import { apCliff } from "./ap-cliff.ts";
import { apDirect } from "./ap-direct.ts";
import { apEconf } from "./ap-econf.ts";
import { apEcrash } from "./ap-ecrash.ts";
import { apEref } from "./ap-eref.ts";
import { apEtime } from "./ap-etime.ts";
import { apExt } from "./ap-ext.ts";
import { apRate } from "./ap-rate.ts";
import { apSrc } from "./ap-src.ts";
import { apThr } from "./ap-thr.ts";
import { apUrl } from "./ap-url.ts";
import { apWork } from "./ap-work.ts";
import { bkCopies } from "./bk-copies.ts";
import { bkLast } from "./bk-last.ts";
import { bmCon } from "./bm-con.ts";
import { bmHealth } from "./bm-health.ts";
import { bmPower } from "./bm-power.ts";
import { bmReach } from "./bm-reach.ts";
import { bmSel } from "./bm-sel.ts";
import { chConf } from "./ch-conf.ts";
import { chDep } from "./ch-dep.ts";
import { chFan } from "./ch-fan.ts";
import { chRest } from "./ch-rest.ts";
import { dbConn } from "./db-conn.ts";
import { dbErr } from "./db-err.ts";
import { dbLat } from "./db-lat.ts";
import { dbLock } from "./db-lock.ts";
import { dbUp } from "./db-up.ts";
import { hsAuth } from "./hs-auth.ts";
import { hsBoot } from "./hs-boot.ts";
import { hsBw } from "./hs-bw.ts";
import { hsClk } from "./hs-clk.ts";
import { hsCpu } from "./hs-cpu.ts";
import { hsCron } from "./hs-cron.ts";
import { hsData } from "./hs-data.ts";
import { hsDisk } from "./hs-disk.ts";
import { hsDlat } from "./hs-dlat.ts";
import { hsFw } from "./hs-fw.ts";
import { hsIno } from "./hs-ino.ts";
import { hsInteg } from "./hs-integ.ts";
import { hsIow } from "./hs-iow.ts";
import { hsKern } from "./hs-kern.ts";
import { hsLim } from "./hs-lim.ts";
import { hsLoad } from "./hs-load.ts";
import { hsMem } from "./hs-mem.ts";
import { hsNic } from "./hs-nic.ts";
import { hsNtp } from "./hs-ntp.ts";
import { hsOom } from "./hs-oom.ts";
import { hsProc } from "./hs-proc.ts";
import { hsRo } from "./hs-ro.ts";
import { hsSmart } from "./hs-smart.ts";
import { hsSsh } from "./hs-ssh.ts";
import { hsSteal } from "./hs-steal.ts";
import { hsSwap } from "./hs-swap.ts";
import { hsTop } from "./hs-top.ts";
import { hsUnit } from "./hs-unit.ts";
import { mlLog } from "./ml-log.ts";
import { mlQueue } from "./ml-queue.ts";
import { mlQuota } from "./ml-quota.ts";
import { mlRate } from "./ml-rate.ts";
import { moSelf } from "./mo-self.ts";
import { pvCrowd } from "./pv-crowd.ts";
import { pvFeed } from "./pv-feed.ts";
import { pvMaint } from "./pv-maint.ts";
import { pvNotice } from "./pv-notice.ts";
import { vpBl } from "./vp-bl.ts";
import { vpContent } from "./vp-content.ts";
import { vpCtrl } from "./vp-ctrl.ts";
import { vpDate } from "./vp-date.ts";
import { vpDnsa } from "./vp-dnsa.ts";
import { vpDnsr } from "./vp-dnsr.ts";
import { vpFlow } from "./vp-flow.ts";
import { vpHttp } from "./vp-http.ts";
import { vpIcmp } from "./vp-icmp.ts";
import { vpMail } from "./vp-mail.ts";
import { vpPanel } from "./vp-panel.ts";
import { vpPath } from "./vp-path.ts";
import { vpRdap } from "./vp-rdap.ts";
import { vpSelf } from "./vp-self.ts";
import { vpTcp } from "./vp-tcp.ts";
import { vpTls } from "./vp-tls.ts";
import { vpUser } from "./vp-user.ts";

const kinds: readonly EvidenceKind[] = [
  vpSelf,
  vpIcmp,
  vpTcp,
  vpHttp,
  vpContent,
  vpTls,
  vpDate,
  vpMail,
  vpFlow,
  vpDnsa,
  vpDnsr,
  vpRdap,
  vpPath,
  vpCtrl,
  vpPanel,
  vpBl,
  vpUser,
  hsSsh,
  hsBoot,
  hsLoad,
  hsCpu,
  hsSteal,
  hsIow,
  hsDlat,
  hsMem,
  hsSwap,
  hsOom,
  hsDisk,
  hsIno,
  hsRo,
  hsLim,
  hsNic,
  hsBw,
  hsClk,
  hsNtp,
  hsCron,
  hsProc,
  hsUnit,
  hsTop,
  hsKern,
  hsSmart,
  hsData,
  hsInteg,
  hsAuth,
  hsFw,
  apWork,
  apEtime,
  apEref,
  apEcrash,
  apEconf,
  apDirect,
  apCliff,
  apUrl,
  apThr,
  apRate,
  apSrc,
  apExt,
  dbUp,
  dbLat,
  dbConn,
  dbLock,
  dbErr,
  mlQueue,
  mlLog,
  mlRate,
  mlQuota,
  bmPower,
  bmHealth,
  bmSel,
  bmReach,
  bmCon,
  chConf,
  chDep,
  chFan,
  chRest,
  pvFeed,
  pvMaint,
  pvCrowd,
  pvNotice,
  bkLast,
  bkCopies,
  moSelf,
];

/** Everything that can be looked at, by id. */
export const evidenceKinds: ReadonlyMap<string, EvidenceKind> = new Map(kinds.map((kind) => [kind.id, kind]));
