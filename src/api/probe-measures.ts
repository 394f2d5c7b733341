import { isIPv6 } from "node:net";
import type { Facts, ProbeResult, Timings } from "../kernel/model/observation.ts";
import type { Family } from "../render/exposition.ts";

/** blackbox_exporter's names, so that its dashboards and rules go on working. */
export function probeFamilies(kind: string, result: ProbeResult): readonly Family[] {
  const { outcome, timings, facts } = result;
  const works = outcome === "up" || outcome === "degraded";
  return [
    gauge("probe_success", "Displays whether or not the probe was a success", works ? 1 : 0),
    gauge("probe_duration_seconds", "Returns how long the probe took to complete in seconds", timings.totalMs / 1_000),
    gauge(
      "probe_dns_lookup_time_seconds",
      "Returns the time taken for probe dns lookup in seconds",
      inSeconds(timings.dnsMs),
    ),
    gauge("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6", ipProtocol(result.address)),
    gauge(
      "probe_failed_due_to_regex",
      "Indicates if probe failed due to regex",
      kind === "http" ? Number(result.layer === "content") : null,
    ),
    ...(kind === "http" ? httpFamilies(facts, timings) : []),
    ...(kind === "icmp" ? [icmpFamily(facts, timings)] : []),
    ...certificateFamilies(facts),
  ].filter((family) => family.samples.length > 0);
}

function httpFamilies(facts: Facts, timings: Timings): readonly Family[] {
  const isTls = facts["certificateExpiresAtMs"] !== undefined;
  const phases: readonly (readonly [string, number | undefined])[] = [
    ["resolve", timings.dnsMs],
    ["connect", timings.connectMs],
    ["tls", timings.tlsMs],
    ["processing", timings.firstByteMs],
    ["transfer", timings.bodyMs],
  ];
  return [
    gauge("probe_http_status_code", "Response HTTP status code", numberOf(facts["status"]) ?? 0),
    gauge("probe_http_version", "Returns the version of HTTP of the probe response", numberOf(facts["httpVersion"])),
    gauge("probe_http_ssl", "Indicates if SSL was used for the final redirect", isTls ? 1 : 0),
    gauge("probe_http_redirects", "The number of redirects", numberOf(facts["redirects"])),
    gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body", numberOf(facts["bodyBytes"])),
    phased("probe_http_duration_seconds", "Duration of http request by phase, summed over all redirects", phases),
  ];
}

function icmpFamily(facts: Facts, timings: Timings): Family {
  const roundTripMs = numberOf(facts["roundTripMeanMs"]) ?? undefined;
  return phased("probe_icmp_duration_seconds", "Duration of icmp request by phase", [
    ["resolve", timings.dnsMs],
    ["rtt", roundTripMs],
  ]);
}

function certificateFamilies(facts: Facts): readonly Family[] {
  const expiresAtMs = numberOf(facts["certificateExpiresAtMs"]);
  const version = facts["tlsVersion"];
  const earliest = expiresAtMs === null ? null : expiresAtMs / 1_000;
  const named = typeof version === "string" ? [{ labels: { version: version.replace("v", " ") }, value: 1 }] : [];
  return [
    gauge("probe_ssl_earliest_cert_expiry", "Returns last SSL chain expiry in unixtime", earliest),
    { name: "probe_tls_version", type: "info", help: "Contains the TLS version used", samples: named },
  ];
}

function phased(name: string, help: string, phases: readonly (readonly [string, number | undefined])[]): Family {
  const samples = phases.map(([phase, tookMs]) => ({ labels: { phase }, value: (tookMs ?? 0) / 1_000 }));
  return { name, type: "gauge", help, samples };
}

function gauge(name: string, help: string, value: number | null): Family {
  return { name, type: "gauge", help, samples: value === null ? [] : [{ labels: {}, value }] };
}

function inSeconds(tookMs: number | undefined): number {
  return (tookMs ?? 0) / 1_000;
}

function numberOf(fact: Facts[string] | undefined): number | null {
  const value = typeof fact === "string" ? Number(fact) : fact;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function ipProtocol(address: string | null): number {
  if (address === null) return 0;
  return isIPv6(address.replace(/^\[(.*)\](?::\d+)?$/, "$1")) ? 6 : 4;
}
