// Follows one log of this machine until it is killed; says a few times a second how far it is. `DATA_FOLDER LOG_FILE`
import { logHost, startLogBench } from "./log-bench.ts";

const [folder = "", file = ""] = process.argv.slice(2);
const host = logHost("web1", { logs: [{ path: file, format: null }] });
const { logs } = await startLogBench({ folder, site: { hosts: new Map([["web1", host]]) } });
setInterval(() => {
  const { backlogBytes, lines, sources } = logs.state();
  const [source] = sources;
  const isIdle = backlogBytes === 0 && source?.state === "following" && source.lagBytes === 0;
  process.stdout.write(`${isIdle ? "idle" : "busy"} ${lines} ${source?.problem ?? ""}\n`);
}, 50);
