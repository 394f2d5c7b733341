import fs from "node:fs";
import net from "node:net";
import tls from "node:tls";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { blind, phases, stop, type Attempt, type Step, type Stop } from "./attempt.ts";
import { certificateNames, readCertificate, type Certificate } from "./certificate.ts";
import { closedStop } from "./net-error.ts";

export interface Handshake {
  /** the name the certificate must carry, or a literal address; also sent as SNI when it is a name */
  readonly name: string;
  /** PEM file with the authorities to trust instead of the public ones; null: the public ones */
  readonly caFile: string | null;
  readonly alpn?: readonly string[];
}

export interface Secured {
  readonly socket: tls.TLSSocket;
  readonly certificate: Certificate;
}

/** OpenSSL's reasons to refuse a certificate, as stable codes. Source: openssl-verify(1). */
const refusals: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate-expired",
  CERT_NOT_YET_VALID: "certificate-not-yet-valid",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate-name-mismatch",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate-self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate-untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "certificate-untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate-untrusted",
  // the server sends its own certificate but not the one between it and the root
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate-chain-incomplete",
  CERT_REVOKED: "certificate-revoked",
};

/** Speaks TLS over a connected socket and judges the server's certificate; its facts are kept even when it is refused. */
export async function secure(attempt: Attempt, socket: net.Socket, wanted: Handshake): Promise<Step<Secured>> {
  const context = trustContext(wanted.caFile);
  if (!context.ok) return blind("tls", "ca-unreadable", context.error);
  const shaken = await attempt.phase<tls.TLSSocket>(phases.tls, (settle) =>
    shakeHands(attempt, { socket, wanted, context: context.value, settle }),
  );
  if (!shaken.ok) return shaken;
  const x509 = shaken.value.getPeerX509Certificate();
  if (x509 === undefined) return stop("tls", "handshake-failed", "the server showed no certificate");
  const certificate = readCertificate(attempt, x509);
  attempt.facts["tlsVersion"] = shaken.value.getProtocol();
  if (shaken.value.authorized) return ok({ socket: shaken.value, certificate });
  const reason = String(shaken.value.authorizationError);
  const told = `${reason}; valid ${x509.validFrom} – ${x509.validTo} for ${certificateNames(x509).slice(0, 5).join(", ")}; asked for ${wanted.name}`;
  return stop("tls", refusals[reason] ?? "certificate-invalid", told);
}

/**
 * Says when a certificate ends too soon. Without a limit in the check it is 21 days, but never more than a third of the
 * certificate's life, so that short-lived ones are not always «about to expire».
 */
export function expiryStop({ leftMs, lifetimeMs, daysLeft }: Certificate, warnMs: number | undefined): Stop | null {
  const limitMs = warnMs ?? Math.min(defaultWarnMs, lifetimeMs / 3);
  if (leftMs >= limitMs) return null;
  return {
    outcome: "degraded",
    layer: "tls",
    code: "certificate-expiring",
    text: `the certificate expires in ${daysLeft} days`,
  };
}

const defaultWarnMs = 21 * 86_400_000;

interface Shake {
  readonly socket: net.Socket;
  readonly wanted: Handshake;
  readonly context: tls.SecureContext;
  readonly settle: (step: Step<tls.TLSSocket>) => void;
}

function shakeHands(attempt: Attempt, { socket, wanted, context, settle }: Shake): () => void {
  const secured = tls.connect({
    socket,
    host: wanted.name,
    ...(net.isIP(wanted.name) === 0 ? { servername: wanted.name } : {}),
    ...(wanted.alpn === undefined ? {} : { ALPNProtocols: [...wanted.alpn] }),
    secureContext: context,
    // judged below, so that the certificate can still be read
    rejectUnauthorized: false,
  });
  attempt.own(secured);
  secured.once("secureConnect", () => settle(ok(secured)));
  // stays for the socket's whole life, as on the plain socket
  secured.on("error", (error) => settle(err(handshakeStop(error))));
  secured.once("close", () => settle(err(closedStop("tls", null))));
  return () => secured.destroy();
}

function handshakeStop(error: NodeJS.ErrnoException): Stop {
  const { code = "" } = error;
  if (code === "ECONNRESET" || code === "EPIPE") return closedStop("tls", error);
  const notTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_TOO_SMALL/.test(code);
  if (notTls) return stop("tls", "not-tls", error.message).error;
  const old = /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/.test(code);
  return stop("tls", old ? "tls-too-old" : "handshake-failed", error.message).error;
}

const maxCaBytes = 1_048_576;
const contexts = new Map<string, { readonly stamp: string; readonly context: tls.SecureContext }>();

/** One context per list of authorities: making one costs more than a handshake. A changed file is read anew. */
function trustContext(caFile: string | null): Result<tls.SecureContext, string> {
  try {
    const stamp = caFile === null ? "" : stampOf(caFile);
    const kept = contexts.get(caFile ?? "");
    if (kept?.stamp === stamp) return ok(kept.context);
    const context = tls.createSecureContext(caFile === null ? {} : { ca: fs.readFileSync(caFile) });
    contexts.set(caFile ?? "", { stamp, context });
    return ok(context);
  } catch (thrown) {
    return err(errorText(thrown));
  }
}

function stampOf(file: string): string {
  const status = fs.statSync(file);
  if (!status.isFile() || status.size > maxCaBytes) throw new Error(`${file} is not a PEM file of at most 1 MB`);
  return `${status.mtimeMs} ${status.size} ${status.ino}`;
}
