// Takes reports until it is killed: `ping-server.ts FOLDER PORT KEY…`. Prints the jobs' addresses as one JSON line.
import { openPingBench } from "../../doubles/ping-bench.ts";

const [folder = "", port = "", ...keys] = process.argv.slice(2);
const { url, heartbeats } = await openPingBench(folder, keys, { port: Number(port) });
const addresses = keys.map((key) => `${url}/ping/${heartbeats.address(key)?.uuid}`);
process.stdout.write(`${JSON.stringify(addresses)}\n`);
