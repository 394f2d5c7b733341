import dns from "node:dns";
import net from "node:net";
import { domainToASCII } from "node:url";
import type { Timer } from "../kernel/clock.ts";
import { err, ok } from "../kernel/result.ts";
import { blind, phases, stop, type Attempt, type Step } from "./attempt.ts";
import { addressesInHostsFile } from "./hosts-file.ts";
import { hasRoute, unlessBlind } from "./net-error.ts";
import { lookUpSystem } from "./system-lookup.ts";

type Found = Step<readonly string[]>;

/** When one family has answered, the other gets this much longer: some servers never answer AAAA. */
const otherFamilyMs = 250;
const resolverOptions = { timeout: 1_500, tries: 2 };
const absent: ReadonlySet<string> = new Set([dns.NOTFOUND, dns.NODATA]);

/**
 * The addresses of a host, in the order to try them, resolved anew in each attempt: a literal address as it is, then the
 * hosts file, then DNS.
 *
 * DNS is asked by c-ares and not by getaddrinfo: that one blocks one of four threads for as long as a resolver hangs, so
 * four hanging names would stop every other check. A fresh c-ares resolver costs 0.02 ms, reads the current resolv.conf
 * and can be called off. What c-ares calls absent is asked once more of the system, which knows search domains and
 * sources besides DNS, so that «no such name» is said only when both say so. Elsewhere than on Linux the system is
 * asked at once.
 */
export async function resolveHost(attempt: Attempt, host: string): Promise<Found> {
  if (attempt.way !== undefined) return ok(["127.0.0.1"]);
  if (net.isIP(host) !== 0) return ok([host]);
  const name = (domainToASCII(host) || host).toLowerCase().replace(/\.$/, "");
  const found = await attempt.phase<readonly string[]>(phases.dns, (settle) => begin(attempt, name, settle));
  return found.ok ? found : err(await unlessBlind(found.error, null));
}

function begin(attempt: Attempt, name: string, settle: (found: Found) => void): () => void {
  const written = addressesInHostsFile(name, attempt.clock.monotonicMs());
  if (written.length > 0) return settled(settle, ok(written));
  if (name === "localhost" || name.endsWith(".localhost")) return settled(settle, ok(["127.0.0.1", "::1"]));
  if (process.platform !== "linux") return lookUpSystem(name, settle);
  return askDns(attempt, name, settle);
}

function settled(settle: (found: Found) => void, found: Found): () => void {
  settle(found);
  return () => undefined;
}

/** Asks for both families at once; settles when both are known, or one is and the other keeps silent. */
function askDns(attempt: Attempt, name: string, settle: (found: Found) => void): () => void {
  const resolver = new dns.Resolver(resolverOptions);
  const families: [Family, Family] = [
    { addresses: null, error: null },
    { addresses: null, error: null },
  ];
  let patience: Timer | null = null;
  let giveUpSystem: (() => void) | null = null;
  let open = true;

  function heard(family: Family, error: NodeJS.ErrnoException | null, addresses: readonly string[] = []): void {
    if (!open) return;
    family.addresses = addresses;
    family.error = error;
    const known = families.flatMap((one) => one.addresses ?? []);
    if (families.every((one) => one.addresses !== null)) end(known);
    else if (known.length > 0) patience = attempt.clock.after(otherFamilyMs, () => end(known));
  }

  function end(known: readonly string[]): void {
    close();
    const failure = worseOf(families);
    if (known.length > 0) settle(ok(known));
    else if (isAbsence(failure)) giveUpSystem = lookUpSystem(name, settle);
    else settle(dnsStop(name, failure));
  }

  function close(): void {
    open = false;
    patience?.cancel();
    resolver.cancel();
  }

  const [v6, v4] = families;
  resolver.resolve6(name, (error, addresses) => heard(v6, error, addresses));
  resolver.resolve4(name, (error, addresses) => heard(v4, error, addresses));
  return () => {
    close();
    giveUpSystem?.();
  };
}

interface Family {
  /** null until it is known */
  addresses: readonly string[] | null;
  error: NodeJS.ErrnoException | null;
}

/** Absence counts only when neither family had trouble. */
function worseOf(families: readonly Family[]): NodeJS.ErrnoException | null {
  const errors = families.map(({ error }) => error).filter((error) => error !== null);
  return errors.find((error) => !isAbsence(error)) ?? errors[0] ?? null;
}

function isAbsence(error: NodeJS.ErrnoException | null): boolean {
  return absent.has(error?.code ?? "");
}

function dnsStop(name: string, error: NodeJS.ErrnoException | null): Found {
  const text = error?.message ?? `no answer for ${name}`;
  if (error?.code === dns.TIMEOUT) return stop("dns", "timeout", text);
  // c-ares' word for «no name server could be contacted at all»
  if (error?.code === dns.CONNREFUSED) return blind("dns", "no-resolver", text);
  if (error?.code === dns.BADNAME) return stop("dns", "name-not-found", text);
  return stop("dns", "name-server-failed", text);
}

/** The first address this machine knows a way to, for protocols that try one only; the first of all when it knows none. */
export async function reachableFirst(addresses: readonly string[]): Promise<string> {
  const [first = ""] = addresses;
  if (addresses.length < 2) return first;
  for (const address of addresses) if (await hasRoute(address)) return address;
  return first;
}
