import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { safeText } from "../../clients/safe-text.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Secret } from "../../kernel/secret.ts";
import { isoOf } from "../sets/moment.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { askByCurl } from "./curl.ts";
import { endpointOf, s3Url, type S3Address } from "./s3-address.ts";

export interface S3Keys {
  readonly id: Secret;
  readonly secret: Secret;
  /** null: what the address tells, else `us-east-1` */
  readonly region: string | null;
}

interface S3CallerDeps {
  /** signatures count for a quarter of an hour, by the storage's clock */
  readonly clock: Clock;
  readonly workplace: Workplace;
  readonly address: S3Address;
  readonly keys: S3Keys;
  /** file over there with authorities of one's own; null: none */
  readonly ca: string | null;
}

interface S3Wanted {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface S3Said {
  /** null: no answer came */
  readonly status: number | null;
  /** `NoSuchKey`; null: none was told */
  readonly code: string | null;
  /** `x-amz-version-id`; null: the bucket keeps no versions */
  readonly version: string | null;
  readonly body: string;
  readonly answer: string;
}

/** @param key in the bucket, with the repository's folder; empty: the bucket itself */
export type S3Call = (method: string, key: string, wanted?: S3Wanted) => Promise<S3Said>;

/** One region's signature is no other's; the storage says which it is. */
const wrongRegion = new Set([
  "AuthorizationHeaderMalformed",
  "PermanentRedirect",
  "IllegalLocationConstraintException",
]);

/**
 * Speaks to an S3 storage from the writer's machine, signed here: the machine only carries what is signed for this one
 * request. Source: AWS «Signature Version 4 signing process», «Amazon S3 API Reference».
 */
export function s3Caller({ clock, workplace, address, keys, ca }: S3CallerDeps): S3Call {
  const secrets = [keys.secret.reveal()];
  let region = keys.region;

  async function ask(method: string, key: string, wanted: S3Wanted): Promise<S3Said & { readonly belongs: string }> {
    const { query = {}, headers = {}, body = null } = wanted;
    const endpoint = region === null ? address.endpoint : endpointOf(address.endpoint, region);
    const url = s3Url({ endpoint, bucket: address.bucket }, key, query);
    const signed = await new AwsV4Signer({
      method,
      url,
      headers: { ...headers, ...digestsOf(body) },
      accessKeyId: keys.id.reveal(),
      secretAccessKey: keys.secret.reveal(),
      service: "s3",
      datetime: isoOf(clock.nowMs()).replaceAll(/[:-]|\.\d+/g, ""),
      ...(region === null ? {} : { region }),
    }).sign();
    const said = await askByCurl(workplace, { url, method, body, headers: [...signed.headers], ca, secrets });
    const told = (tag: string): string | null =>
      new RegExp(`<${tag}>([^<]{1,200})</${tag}>`).exec(said.body)?.[1] ?? null;
    const isBad = said.status !== null && said.status >= 300;
    const code = isBad ? told("Code") : null;
    return {
      status: said.status,
      code,
      version: said.headers.get("x-amz-version-id") ?? null,
      body: said.body,
      answer: safeText(
        isBad ? [said.answer, code, plainXml(told("Message"))].filter(Boolean).join(" ") : said.answer,
        secrets,
      ),
      belongs: said.headers.get("x-amz-bucket-region") ?? told("Region") ?? "",
    };
  }

  return async (method, key, wanted = {}) => {
    const said = await ask(method, key, wanted);
    const isElsewhere = wrongRegion.has(said.code ?? "") && /^[a-z0-9-]+$/.test(said.belongs);
    if (!isElsewhere || said.belongs === region) return said;
    region = said.belongs;
    return ask(method, key, wanted);
  };
}

const entities: Readonly<Record<string, string>> = { apos: "'", quot: '"', lt: "<", gt: ">", amp: "&" };

function plainXml(text: string | null): string | null {
  return text?.replaceAll(/&(apos|quot|lt|gt|amp);/g, (_, name: string) => entities[name] ?? "") ?? null;
}

/** A bucket with locks takes nothing that does not tell its MD5. */
function digestsOf(body: string | null): Readonly<Record<string, string>> {
  const sum = (name: string): ReturnType<typeof createHash> => createHash(name).update(body ?? "");
  const sha256 = { "x-amz-content-sha256": sum("sha256").digest("hex") };
  if (body === null) return sha256;
  return { ...sha256, "content-md5": sum("md5").digest("base64"), "content-type": "application/octet-stream" };
}
