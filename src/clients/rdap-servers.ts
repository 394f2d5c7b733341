const identityDigital = "https://rdap.identitydigital.services/rdap/";
const google = "https://pubapi.registry.google/rdap/";
const gmo = "https://rdap.gmoregistry.net/rdap/";
const radix = "https://rdap.radix.host/rdap/";

/** Source: IANA bootstrap file for domain names (RFC 9224), https://data.iana.org/rdap/dns.json, the endings in common use. */
const rdapServers: Readonly<Record<string, string>> = {
  com: "https://rdap.verisign.com/com/v1/",
  net: "https://rdap.verisign.com/net/v1/",
  name: "https://tld-rdap.verisign.com/name/v1/",
  cc: "https://tld-rdap.verisign.com/cc/v1/",
  org: "https://rdap.publicinterestregistry.org/rdap/",
  info: identityDigital,
  io: identityDigital,
  ai: identityDigital,
  mobi: identityDigital,
  pro: identityDigital,
  asia: identityDigital,
  biz: "https://rdap.nic.biz/",
  tv: "https://rdap.nic.tv/",
  xyz: "https://rdap.centralnic.com/xyz/",
  cloud: "https://rdap.registry.cloud/rdap/",
  club: "https://rdap.nic.club/",
  top: "https://rdap.nic.top/",
  dev: google,
  app: google,
  page: google,
  shop: gmo,
  tokyo: gmo,
  nagoya: gmo,
  yokohama: gmo,
  online: radix,
  site: radix,
  store: radix,
  tech: radix,
  space: radix,
  website: radix,
  uk: "https://rdap.nominet.uk/uk/",
  fr: "https://rdap.nic.fr/",
  nl: "https://rdap.sidn.nl/",
  ca: "https://rdap.ca.fury.ca/rdap/",
  br: "https://rdap.registro.br/",
  in: "https://rdap.nixiregistry.in/rdap/",
};

/** Registries that answer about expiry by WHOIS only. */
const whoisServers: Readonly<Record<string, string>> = { jp: "whois://whois.jprs.jp/" };

/** Where a domain's registry answers; null when none is known for its ending. */
export function registryOf(domain: string): URL | null {
  const ending = domain.slice(domain.lastIndexOf(".") + 1);
  const server = rdapServers[ending] ?? whoisServers[ending];
  return server === undefined ? null : new URL(server);
}
