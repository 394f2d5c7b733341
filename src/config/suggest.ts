import { editDistance } from "../kernel/edit-distance.ts";

/** What people write for our words, from the files of other tools and from plain speech. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  interval: ["every"],
  period: ["every"],
  frequency: ["every"],
  schedule: ["at", "every"],
  cron: ["at"],
  retries: ["attempts"],
  retry: ["attempts"],
  tries: ["attempts"],
  url: ["http", "repo", "webhook", "ping"],
  https: ["http"],
  website: ["http"],
  ping: ["icmp"],
  port: ["tcp"],
  ssl: ["tls"],
  cert: ["tls"],
  certificate: ["tls"],
  host: ["on", "address"],
  server: ["on"],
  location: ["at"],
  place: ["at"],
  where: ["at"],
  depends_on: ["needs"],
  depends: ["needs"],
  requires: ["needs"],
  dependencies: ["needs"],
  label: ["name"],
  title: ["name"],
  display_name: ["name"],
  email: ["mail"],
  "e-mail": ["mail"],
  tel: ["phone"],
  telephone: ["phone"],
  mobile: ["phone"],
  language: ["lang"],
  locale: ["lang"],
  languages: ["langs"],
  tz: ["timezone"],
  time_zone: ["timezone"],
  ip: ["address"],
  addr: ["address"],
  hostname: ["address"],
  username: ["user"],
  login: ["user"],
  pass: ["password"],
  private_key: ["key"],
  ssh_key: ["key"],
  identity: ["key"],
  fingerprint: ["host_key"],
  channel: ["by"],
  via: ["by"],
  who: ["tell"],
  recipients: ["tell"],
  to: ["tell"],
  delay: ["after"],
  sender: ["from"],
  relay: ["smtp"],
  users: ["people"],
  contacts: ["people"],
  persons: ["people"],
  monitors: ["services"],
  endpoints: ["services"],
  targets: ["services"],
  sites: ["services", "site"],
  servers: ["hosts"],
  nodes: ["hosts"],
  machines: ["hosts"],
  locations: ["places", "vantages"],
  probes: ["vantages", "checks"],
  alerts: ["notify"],
  alerting: ["notify"],
  notifications: ["notify"],
  statuspage: ["status_page"],
  page: ["status_page"],
  backup: ["backups"],
  windows: ["maintenance"],
  monitor: ["checks"],
  tests: ["checks"],
  body: ["contains"],
  max_time: ["within"],
  slower_than: ["within"],
  expires: ["warn"],
  threshold: ["warn"],
  expiry: ["warn"],
};

/** The known word most likely meant, or null. Names already in use count less than free ones of the same distance. */
export function suggest(word: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const lower = word.toLowerCase();
  const same = known.find((name) => plain(name) === plain(word));
  if (same !== undefined) return same;
  const furthest = lower.length <= 2 ? 1 : Math.max(1, Math.floor(lower.length / 3));
  const ranked = known
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .filter(({ distance, name }) => distance <= furthest && distance < Math.max(lower.length, name.length))
    .sort((a, b) => a.distance - b.distance);
  if (ranked[0]?.distance === 1) return ranked[0].name;
  const meant = meaningOf(lower).find((name) => known.includes(name));
  return meant ?? ranked[0]?.name ?? null;
}

/** Our words for another tool's word, one slip of the finger allowed. */
function meaningOf(word: string): readonly string[] {
  if (Object.hasOwn(synonyms, word)) return synonyms[word] ?? [];
  if (word.length < 5) return [];
  return Object.entries(synonyms).find(([name]) => editDistance(word, name) === 1)?.[1] ?? [];
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}
