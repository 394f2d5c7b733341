import { componentId, kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { DiagnosisNote } from "../../kernel/ports-diagnosis-sources.ts";
import { needsOf, type Situation } from "./situation.ts";

const deployWords =
  /deploy|release|upgrad|version|rollout|rolled out|\bapt\b|\bdnf\b|\byum\b|\bnpm\b|デプロイ|配備|リリース|アップデート|アップグレード|バージョン|パッチ/i;
const updateWords = /updat|更新/i;
/** What is updated without a new version of anything: files of settings, rules, zones, certificates. */
const settingWords =
  /\/etc\/|\.(?:conf|cnf|ini|zone)\b|\bconfig|\bsetting|\bzone\b|\brules?\b|certificate|firewall|iptables|nftables|設定|ゾーン|規則|ルール|証明書|ファイアウォール/i;
const manyWords =
  /\b(?:all|every|fleet|each) (?:hosts?|servers?|machines?)\b|一斉|全台|全サーバー?|全ホスト|すべてのサーバー?/i;

/** A new version of a program, rather than another setting. */
export function isDeployment({ text }: DiagnosisNote): boolean {
  return deployWords.test(text) || (updateWords.test(text) && !settingWords.test(text));
}

/** Machines that a note names; where it speaks of all of them, all. */
export function hostsNamed({ text }: DiagnosisNote, { site }: Pick<Situation, "site">): readonly string[] {
  const keys = [...site.hosts.keys()];
  return manyWords.test(text) ? keys : keys.filter((key) => names(text, key));
}

/** The word itself, not a part of a longer one: `web1` is not in `web10`. */
export function names(text: string, word: string): boolean {
  if (word === "") return false;
  const [low, wanted] = [text.toLowerCase(), word.toLowerCase()];
  for (let at = low.indexOf(wanted); at !== -1; at = low.indexOf(wanted, at + 1)) {
    const [before = "", after = ""] = [low[at - 1], low[at + wanted.length]];
    if (!isWordPart(before) && !isWordPart(after)) return true;
  }
  return false;
}

function isWordPart(character: string): boolean {
  return /[a-z0-9_-]/.test(character);
}

/**
 * What a note is about: the parts it names with all that stands or falls with them; a note that names nothing is about
 * the subject.
 */
export function partsNamed(note: DiagnosisNote, situation: Situation): ReadonlySet<ComponentId> {
  const named = [...situation.graph.parts.keys()].filter((id) => isNamed(note.text, id, situation));
  const starts = named.length > 0 ? named : [situation.subject];
  return new Set(starts.flatMap((id) => [id, ...carriedBy(id, situation)]));
}

const packageWords = /upgrad|updat|\bapt\b|\bdnf\b|\byum\b|アップデート|アップグレード|更新|パッチ/i;

/**
 * Parts that a new version may have changed. Whoever brings out a release on a machine and names no service speaks of the programs
 * of their own there: databases and mail come as packages.
 */
export function partsDeployed(note: DiagnosisNote, situation: Situation): ReadonlySet<ComponentId> {
  const all = partsNamed(note, situation);
  const { parts } = situation.graph;
  const services = [...all].filter((id) => kindOf(id) === "service");
  const isOpen = !packageWords.test(note.text) && !services.some((id) => isNamed(note.text, id, situation));
  const kind = (["app", "web"] as const).find((one) =>
    services.some((id) => parts.get(id)?.kinds.includes(one) === true),
  );
  if (!isOpen || kind === undefined) return all;
  return new Set([...all].filter((id) => kindOf(id) !== "service" || parts.get(id)?.kinds.includes(kind) === true));
}

/** Kinds whose names stand in notes for themselves; a service may be called by its title, too. */
function isNamed(text: string, id: ComponentId, { site }: Situation): boolean {
  const kind = kindOf(id);
  if (kind === "lan" || kind === "isp" || kind === "vantage" || kind === "cert") return false;
  const title = kind === "service" ? site.services.get(nameOf(id))?.name : undefined;
  return names(text, nameOf(id)) || (title !== undefined && title.length > 1 && text.includes(title));
}

/** A changed machine touches what runs there; a changed service its machine, name and certificate. */
function carriedBy(id: ComponentId, situation: Situation): readonly ComponentId[] {
  const { graph } = situation;
  if (kindOf(id) === "service") return own(needsOf(situation, id));
  if (kindOf(id) !== "host") return [];
  return [...graph.parts.values()]
    .filter(({ id: other, dependsOn }) => kindOf(other) === "service" && dependsOn.some(({ to }) => to === id))
    .map((part) => part.id);
}

function own(ids: ReadonlySet<ComponentId>): readonly ComponentId[] {
  return [...ids].filter((id) => ["host", "domain", "cert"].includes(kindOf(id)));
}

/** What stands around a machine and takes it along: the nearest of place, provider and segment. */
export function carrierOf(host: ComponentId, { graph }: Pick<Situation, "graph">): ComponentId {
  const around = (graph.parts.get(host)?.dependsOn ?? []).map(({ to }) => to);
  return around.find((id) => kindOf(id) === "place") ?? around.find((id) => kindOf(id) === "segment") ?? host;
}

export function hostIds(keys: readonly string[]): readonly ComponentId[] {
  return keys.map((key) => componentId("host", key));
}
