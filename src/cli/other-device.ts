import os from "node:os";
import { encode } from "uqr";

/** Below this many columns the code would be broken over lines. */
const leastColumns = 60;
const quietModules = 2;

export interface Screen {
  readonly isTty: boolean;
  readonly columns: number;
  readonly unicode: boolean;
}

/** The address by which another device on the same network reaches the hub; null while only this machine does. */
export function addressElsewhere(url: string, networks: Networks = os.networkInterfaces()): string | null {
  const parsed = new URL(url);
  if (/^(?:localhost|127\.|\[::1\])/.test(parsed.hostname)) return null;
  if (parsed.hostname !== "0.0.0.0" && parsed.hostname !== "[::]") return url;
  const own = Object.values(networks)
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  if (own === undefined) return null;
  parsed.hostname = own.address;
  return parsed.origin;
}

type Networks = NodeJS.Dict<
  readonly { readonly address: string; readonly family: string; readonly internal: boolean }[]
>;

/** The address as a QR code for a phone's camera, line by line; none where the terminal could not show it whole. */
export function addressCode(address: string, { isTty, columns, unicode }: Screen): readonly string[] {
  if (!isTty || columns < leastColumns) return [];
  const { data } = encode(address, { ecc: "L", border: quietModules });
  const lines = unicode ? halfBlocks(data) : doubled(data);
  return lines.some((line) => line.length > columns) ? [] : lines;
}

/** Two rows a line. Light modules are the ones drawn, so that a dark terminal shows a code as it is printed on paper. */
function halfBlocks(rows: readonly (readonly boolean[])[]): string[] {
  const drawn = ["█", "▀", "▄", " "];
  return rows.flatMap((upper, index) => {
    if (index % 2 === 1) return [];
    const lower = rows[index + 1] ?? upper.map(() => true);
    return [upper.map((dark, column) => drawn[(dark ? 2 : 0) + (lower[column] === true ? 1 : 0)]).join("")];
  });
}

/** Plain ASCII: two characters a module, which is about square. */
function doubled(rows: readonly (readonly boolean[])[]): string[] {
  return rows.map((row) => row.map((dark) => (dark ? "  " : "##")).join(""));
}

/** How a browser elsewhere gets to a hub that only its own machine reaches; null when nobody came by SSH. */
export function sshHint(url: string, connection: string | undefined): string | null {
  const [, , server] = (connection ?? "").split(" ");
  if (server === undefined || addressElsewhere(url) !== null) return null;
  const { port } = new URL(url);
  return `ssh -L ${port}:127.0.0.1:${port} ${os.userInfo().username}@${server}`;
}
