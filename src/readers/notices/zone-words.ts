import { isZone } from "../schedule/zone.ts";
import type { Zone } from "./token.ts";

const fixedZones: Readonly<Record<string, number>> = {
  JST: 540,
  PST: -480,
  PDT: -420,
  MST: -420,
  MDT: -360,
  CST: -360,
  CDT: -300,
  EST: -300,
  EDT: -240,
  BST: 60,
  WET: 0,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  SGT: 480,
  HKT: 480,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  日本時間: 540,
  日本標準時: 540,
  協定世界時: 0,
  世界標準時: 0,
  太平洋標準時: -480,
  太平洋夏時間: -420,
};

/** A zone or offset as notices write it. */
export function zoneOf(written: string): Zone {
  if (written.includes("/") && isZone(written)) return { name: written };
  const name = written.toUpperCase();
  const fixed = fixedZones[name];
  if (fixed !== undefined) return { offsetMinutes: fixed };
  if (name.startsWith("JAPAN")) return { offsetMinutes: 540 };
  if (/^PT$|^PACIFIC/.test(name)) return { name: "America/Los_Angeles" };
  if (/^ET$|^EASTERN/.test(name)) return { name: "America/New_York" };
  if (name.startsWith("CENTRAL EUROPEAN")) return { name: "Europe/Berlin" };
  const [, sign, hours, minutes = "0"] = /([+-])\s*(\d{1,2}):?(\d\d)?$/.exec(name) ?? [];
  if (hours === undefined) return { offsetMinutes: 0 };
  return { offsetMinutes: (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) };
}

const ofAllTimes = {
  japan: /(?:時刻|時間|日時)(?:は|表記は)[^。\n]{0,12}(?:日本時間|JST)|all\s+times[^.\n]{0,20}(?:JST|japan)/i,
  utc: /(?:時刻|時間|日時)(?:は|表記は)[^。\n]{0,12}(?:UTC|協定世界時)|all\s+times[^.\n]{0,20}(?:UTC|GMT)|\((?:UTC|GMT)\)/i,
};
const namedZones = /(?<![a-z])(?:JST|UTC|GMT|PST|PDT|EST|EDT|CET|CEST|日本時間)(?![a-z])/gi;

/** 「時刻はすべて日本時間」, "All times in UTC", or the only zone a text names: one for all of it. */
export function zoneOfAll(text: string): Zone | null {
  if (ofAllTimes.japan.test(text)) return zoneOf("JST");
  if (ofAllTimes.utc.test(text)) return zoneOf("UTC");
  const [only, another] = new Set([...text.matchAll(namedZones)].map(([name]) => name.toUpperCase()));
  return only === undefined || another !== undefined ? null : zoneOf(only);
}
