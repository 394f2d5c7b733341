export interface S3Address {
  /** `https://s3.example.jp`, without a slash at its end */
  readonly endpoint: string;
  readonly bucket: string;
  /** without slashes around it; empty: the bucket itself */
  readonly folder: string;
}

/** `host/bucket/folder`, with or without `https://` or `//` in front, as restic writes it after `s3:`. */
export function readS3Address(written: string): S3Address | null {
  const [, scheme = "https:", rest = ""] = /^(?:(https?:)?\/\/)?(.*)$/s.exec(written) ?? [];
  const [host = "", bucket = "", ...folders] = rest.split("/");
  const endpoint = `${scheme}//${host}`;
  if (host === "" || bucket === "" || host.includes("@") || !URL.canParse(endpoint)) return null;
  return { endpoint, bucket, folder: folders.filter((part) => part !== "").join("/") };
}

/** Where the bucket is asked for, each part written as a URL may hold it. */
export function s3Url(
  { endpoint, bucket }: Pick<S3Address, "endpoint" | "bucket">,
  key: string,
  query: Readonly<Record<string, string>>,
): string {
  const path = [bucket, ...key.split("/")].filter((part) => part !== "").map(encodeURIComponent);
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${endpoint}/${path.join("/")}${search.length === 0 ? "" : `?${search.join("&")}`}`;
}

/** Amazon's own endpoints are one a region; others have one name for all of theirs. */
export function endpointOf(endpoint: string, region: string): string {
  return endpoint.replace(/^(https?:\/\/)s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/, `$1s3.${region}.amazonaws.com`);
}
