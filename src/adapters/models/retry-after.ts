// A provider's wish for a pause, from headers or body: read with suspicion and clamped.

const hour = 60 * 60_000;

export type Headers = Readonly<Record<string, string | undefined>>;

/** ms from now, at most one hour; undefined where nothing usable is said. `now` is epoch ms. */
export function readRetryAfter(headers: Headers, body: string, now: number): number | undefined {
  return (
    clamp(toNumber(headers["retry-after-ms"])) ??
    clamp(readSecondsOrDate(headers["retry-after"], now)) ??
    // Gemini says it in the body: google.rpc.RetryInfo.
    clamp(seconds(/"retryDelay"\s*:\s*"([0-9.]+)s"/.exec(body)?.[1]))
  );
}

function readSecondsOrDate(value: string | undefined, now: number): number | undefined {
  const asNumber = seconds(value);
  if (asNumber !== undefined) return asNumber;
  // Only the date form that HTTP knows: Date.parse would read "-3" as a year.
  const date = /^\s*[A-Za-z]{3,9},? /.test(value ?? "") ? Date.parse(value ?? "") : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const seconds = (value: string | undefined): number | undefined => {
  const number = toNumber(value);
  return number === undefined ? undefined : number * 1000;
};

const toNumber = (value: string | undefined): number | undefined =>
  value !== undefined && /^\s*[0-9]+(?:\.[0-9]+)?\s*$/.test(value) ? Number(value) : undefined;

const clamp = (ms: number | undefined): number | undefined =>
  ms === undefined || !Number.isFinite(ms) ? undefined : Math.min(Math.ceil(ms), hour);
