// The shop's visitors, from many addresses of the Internet, as busy as the lab says.
import fs from "node:fs";
import https from "node:https";
import { createRandom } from "./random.mjs";

const ca = fs.readFileSync("/run/lab/keys/root.pem");
const levels = { idle: 0, normal: 4, busy: 16 };
const browsers = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
];
/** what one visitor does, step by step, and how often such a visitor comes */
const visits = [
  { share: 5, steps: ["/", "/static/shop.css", "/app/items"] },
  { share: 3, steps: ["/", "/app/items", "/app/item/ID", "/app/item/ID"] },
  { share: 2, steps: ["/app/search?q=1", "/app/item/ID", "/app/cart?add=ID"] },
  { share: 1, steps: ["/", "/app/item/ID", "/app/cart?add=ID", "/app/quote", "/app/checkout"] },
];
const perVisit = 3.5;
const mostAtOnce = 400;
const tickMs = 100;
const limitMs = 40_000;

let told = { level: "idle", seed: 1 };
let random = createRandom(told.seed);
let owed = 0;
let open = 0;
let address = 0;

function readState(name, usual) {
  try {
    return JSON.parse(fs.readFileSync(`/run/lab/state/${name}.json`, "utf8"));
  } catch {
    return usual;
  }
}

function get({ path, agent, browser, cookie, from }) {
  return new Promise((resolve) => {
    const options = {
      host: "shop.test",
      path,
      agent,
      ca,
      localAddress: from,
      headers: {
        "user-agent": browser,
        accept: "text/html,*/*",
        "accept-language": "ja,en;q=0.8",
        ...(cookie === "" ? {} : { cookie }),
      },
    };
    const request = https.get(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.headers["set-cookie"]?.[0]?.split(";")[0] ?? cookie));
      response.on("error", () => resolve(null));
    });
    request.setTimeout(limitMs, () => request.destroy());
    request.on("error", () => resolve(null));
  });
}

async function visit(steps, from) {
  open += 1;
  const agent = new https.Agent({ keepAlive: true, maxSockets: 2 });
  const browser = browsers[Math.floor(random() * browsers.length)];
  let cookie = "";
  for (const step of steps) {
    const path = step.replace("ID", String(1 + Math.floor(random() ** 2 * 2000)));
    const kept = await get({ path, agent, browser, cookie, from });
    if (kept === null) break; // this visitor has gone away
    cookie = kept;
    await new Promise((resolve) => setTimeout(resolve, 300 + random() * 1500));
  }
  agent.destroy();
  open -= 1;
}

function nextAddress() {
  address = (address + 1 + Math.floor(random() * 7)) % 250;
  return `198.51.100.${address + 2}`;
}

function chooseVisit() {
  let at = random() * visits.reduce((sum, { share }) => sum + share, 0);
  return visits.find(({ share }) => (at -= share) < 0) ?? visits[0];
}

function tick() {
  const load = readState("load", told);
  if (load.level !== told.level || load.seed !== told.seed) {
    if (load.seed !== told.seed) random = createRandom(load.seed);
    told = load;
  }
  owed += ((levels[told.level] ?? 0) / perVisit) * (tickMs / 1000);
  for (; owed >= 1; owed -= 1) if (open < mostAtOnce) void visit(chooseVisit().steps, nextAddress());
  further(readState("visits", null));
}

let owedFurther = 0;

/** More than usual: a surge of people who look at one thing, or a flood that never stays. */
function further(more) {
  if (more === null || Date.now() > more.untilMs) return;
  owedFurther += more.perSecond * (tickMs / 1000);
  for (; owedFurther >= 1; owedFurther -= 1) {
    if (open >= mostAtOnce) continue;
    void visit(
      more.kind === "flood" ? [`/app/search?q=${Math.floor(random() * 1e6)}`] : ["/", "/app/item/7"],
      nextAddress(),
    );
  }
}

setInterval(tick, tickMs);
