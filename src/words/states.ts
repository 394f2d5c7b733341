import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { IncidentState } from "../kernel/model/incident.ts";
import type { Severity } from "../kernel/model/signal.ts";
import type { StateWord, VantageStatus } from "../kernel/model/status.ts";

/** Shape and word, so that colour is never alone. */
export const glyphs: Readonly<Record<StateWord, string>> = {
  ok: "●",
  warning: "▲",
  down: "■",
  affected: "◇",
  maintenance: "◆",
  unknown: "○",
  paused: "⏸",
};

/** For terminals that cannot show the shapes. */
export const asciiGlyphs: Readonly<Record<StateWord, string>> = {
  ok: "[OK]",
  warning: "[!]",
  down: "[!!]",
  affected: "[<]",
  maintenance: "[M]",
  unknown: "[?]",
  paused: "[=]",
};

const stateNames: Readonly<Record<StateWord, Bilingual>> = {
  ok: { ja: "正常", en: "OK" },
  warning: { ja: "注意", en: "Warning" },
  down: { ja: "障害", en: "Down" },
  affected: { ja: "影響あり", en: "Affected" },
  maintenance: { ja: "保守中", en: "Maintenance" },
  unknown: { ja: "不明", en: "Unknown" },
  paused: { ja: "停止中", en: "Paused" },
};

const incidentStateNames: Readonly<Record<IncidentState, Bilingual>> = {
  investigating: { ja: "調査中", en: "Investigating" },
  identified: { ja: "原因判明", en: "Identified" },
  fixing: { ja: "復旧作業中", en: "Fixing" },
  monitoring: { ja: "経過観察", en: "Monitoring" },
  resolved: { ja: "解決", en: "Resolved" },
  "false-alarm": { ja: "誤報", en: "False alarm" },
};

const severityNames: Readonly<Record<Severity, Bilingual>> = {
  critical: { ja: "重大", en: "Critical" },
  warning: { ja: "警告", en: "Warning" },
  info: { ja: "情報", en: "Info" },
};

export function stateName(state: StateWord, lang: Lang): string {
  return stateNames[state][lang];
}

export function incidentStateName(state: IncidentState, lang: Lang): string {
  return incidentStateNames[state][lang];
}

export function severityName(severity: Severity, lang: Lang): string {
  return severityNames[severity][lang];
}

const vantageStateNames: Readonly<Record<VantageStatus["state"], Bilingual>> = {
  ok: { ja: "見えています", en: "looking" },
  blind: { ja: "見えていません", en: "blind" },
  silent: { ja: "連絡がありません", en: "silent" },
  "never-joined": { ja: "まだ参加していません", en: "has not joined yet" },
};

export function vantageStateName(state: VantageStatus["state"], lang: Lang): string {
  return vantageStateNames[state][lang];
}
