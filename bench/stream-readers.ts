// W4, the reading process: so many subscribers that count what they get and how late it is.
// `node stream-readers.ts <port> <subscribers>`; a line on stdin asks for the report.

import { get, type IncomingMessage } from "node:http";

export type ReadersReport = {
  readonly received: number;
  readonly lagsMs: { readonly p50: number; readonly p99: number };
};

const [port, subscribers] = process.argv.slice(2).map(Number);

/** By lag in tenths of a ms. */
const lags = new Uint32Array(1_000_000);
let received = 0;

const period = 36 ** 8;

function takeToken(token: string, nowUs: number): void {
  let lag = (nowUs % period) - Number.parseInt(token, 36);
  if (lag < 0) lag += period;
  received += 1;
  const place = Math.min(lags.length - 1, Math.round(lag / 100));
  lags[place] = (lags[place] ?? 0) + 1;
}

function read(response: IncomingMessage): void {
  let rest = "";
  response.setEncoding("latin1");
  response.on("data", (chunk: string) => {
    const nowUs = Number(process.hrtime.bigint() / 1000n);
    const text = rest + chunk;
    let at = text.indexOf("~");
    let end = 0;
    for (; at >= 0 && at + 9 < text.length; at = text.indexOf("~", end)) {
      takeToken(text.slice(at + 1, at + 9), nowUs);
      end = at + 10;
    }
    rest = at < 0 ? "" : text.slice(at);
  });
}

const opened = Array.from({ length: subscribers ?? 0 }, async () => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: "127.0.0.1", path: "/api/stream?run=run_0000000000000000&after=0" }, resolve).once(
      "error",
      reject,
    );
  });
  read(response);
  await new Promise((resolve) => response.once("data", resolve));
});
await Promise.all(opened);
console.log("ready");
await new Promise((resolve) => process.stdin.once("data", resolve));

/** In ms; NaN where nothing came. */
function quantile(part: number): number {
  let left = received * part;
  for (const [place, count] of lags.entries()) {
    left -= count;
    if (count > 0 && left <= 0) return place / 10;
  }
  return Number.NaN;
}
const report: ReadersReport = { received, lagsMs: { p50: quantile(0.5), p99: quantile(0.99) } };
console.log(`report ${JSON.stringify(report)}`);
process.exit(0);
