import { isIPv6 } from "node:net";
import { z } from "zod";
import { hostPortField, key, type FieldProblem } from "../kernel/fields.ts";
import { secretReference, UnopenedSecret, type Secret } from "../kernel/secret.ts";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `mail.example.jp:587`, or a host alone for the protocol's own port; an IPv6 address alone needs no brackets. */
export function hostOrPortField(defaultPort: number): z.ZodType<HostPort, string> {
  return z
    .string()
    .transform((text, context): HostPort => {
      const written = text.trim();
      const alone = isIPv6(written) ? `[${written}]` : written;
      const parsed = hostPortField().safeParse(
        /^(?:\[[^\]]*\]|[^:]*)$/.test(alone) ? `${alone}:${defaultPort}` : alone,
      );
      if (parsed.success) return parsed.data;
      return refuse(context, text, { finding: "bad-address", form: `www.example.jp:${defaultPort}` });
    })
    .meta({ unit: "address" });
}

/** A host name or a literal address. */
export function hostField(): z.ZodType<string, string> {
  return z
    .string()
    .transform((text, context): string => {
      const host = text.trim().replace(/^\[(.*)\]$/, "$1");
      if (isIPv6(host) || /^[^\s:[\]/@]+$/.test(host)) return host;
      return refuse(context, text, { finding: "bad-address", form: "www.example.jp" });
    })
    .meta({ unit: "address" });
}

/** A text that may be, but need not be, a reference to a secret. */
export function textOrSecretField(): z.ZodType<string | Secret, string> {
  return z.string().transform((text) => (secretReference(text) === null ? text : new UnopenedSecret(text)));
}

/** PEM file with the authorities to trust instead of the public ones. */
export function caField(): z.ZodOptional<z.ZodString> {
  return key(z.string().startsWith("/").optional(), {
    ja: "独自の認証局の証明書(PEM ファイルの絶対パス)。書くと、公的な認証局の代わりにこれだけを信じます",
    en: "PEM file (absolute path) with your own authorities, trusted instead of the public ones",
  });
}

export function writeHostPort({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A URL's host without the brackets of IPv6. */
export function urlHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** `host:port` of a URL, or its host alone when it names no port. */
export function urlHostPort(url: URL): string {
  return url.port === "" ? urlHost(url) : url.host;
}

export function refuse(context: z.RefinementCtx, input: string, problem: FieldProblem): never {
  context.addIssue({ code: "custom", params: { ...problem }, input });
  return z.NEVER;
}
