// The lines of a provider's event stream, on their way from the socket to the SDK: bounded in length, and with usage
// figures that are not numbers replaced, because the SDK would refuse the whole reply for them.

export type EventLines = {
  /** Whole lines that can be passed on; the unfinished rest is kept. Throws OverlongLine. */
  readonly push: (chunk: Uint8Array) => Uint8Array | undefined;
  /** What is left at the end of the stream. */
  readonly end: () => Uint8Array | undefined;
};

export class OverlongLine extends Error {
  override readonly name = "OverlongLine";
}

type Options = { readonly maxLineBytes: number; readonly onUnusableUsage: () => void };

const lineFeed = 0x0a;

export function createEventLines({ maxLineBytes, onUnusableUsage }: Options): EventLines {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  const take = (tail: Uint8Array): Uint8Array => {
    const lines = kept.length === 0 ? tail : Buffer.concat([...kept, tail]);
    kept = [];
    keptBytes = 0;
    return repairUsage(lines, onUnusableUsage);
  };
  const push = (chunk: Uint8Array): Uint8Array | undefined => {
    const cut = chunk.lastIndexOf(lineFeed) + 1;
    const lines = cut === 0 ? undefined : take(chunk.subarray(0, cut));
    const rest = chunk.subarray(cut);
    if (rest.length > 0) kept.push(rest);
    keptBytes += rest.length;
    if (keptBytes > maxLineBytes) throw new OverlongLine(`a line of the stream is longer than ${maxLineBytes} bytes`);
    return lines;
  };
  return { push, end: () => (keptBytes === 0 ? undefined : take(new Uint8Array())) };
}

/** Only lines that speak of usage are parsed here; all others pass untouched, as bytes. */
function repairUsage(lines: Uint8Array, onUnusable: () => void): Uint8Array {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  if (!bytes.includes('"usage') && !bytes.includes('"message_')) return lines;
  let isChanged = false;
  const repaired = bytes
    .toString("utf8")
    .split("\n")
    .map((line) => {
      const clean = repairLine(line);
      if (clean === undefined) return line;
      isChanged = true;
      return clean;
    });
  if (!isChanged) return lines;
  onUnusable();
  return Buffer.from(repaired.join("\n"), "utf8");
}

/** The line with harmless figures, or undefined where nothing is wrong with it. */
function repairLine(line: string): string | undefined {
  if (!/^data:.*"(?:usage|message_)/.test(line)) return undefined;
  const json = line.slice("data:".length);
  const event = parseLoosely(json);
  if (!isRecord(event.value)) return undefined;
  const isRepaired = repairFigures(event.value);
  return isRepaired || event.isLoose
    ? `data: ${JSON.stringify(event.value)}${line.endsWith("\r") ? "\r" : ""}`
    : undefined;
}

/** NaN and Infinity are not JSON, yet some servers write them as figures. */
function parseLoosely(json: string): { readonly value?: unknown; readonly isLoose: boolean } {
  try {
    return { value: JSON.parse(json), isLoose: false };
  } catch {
    try {
      return { value: JSON.parse(json.replaceAll(/:\s*(?:NaN|-?Infinity)\b/g, ": -1")), isLoose: true };
    } catch {
      return { isLoose: false };
    }
  }
}

/** Anthropic reports usage in `message` and beside `delta`, OpenAI in the chunk or in `response`, Gemini as `usageMetadata`. */
function repairFigures(event: Record<string, unknown>): boolean {
  const isRepaired = [event, event["message"], event["response"]].filter(isRecord).map(repairHolder).includes(true);
  const mustHave =
    event["type"] === "message_start" ? event["message"] : event["type"] === "message_delta" ? event : undefined;
  if (!isRecord(mustHave) || isRecord(mustHave["usage"])) return isRepaired;
  mustHave["usage"] = noFigures();
  return true;
}

const noFigures = () => ({ input_tokens: 0, output_tokens: 0 });

function repairHolder(holder: Record<string, unknown>): boolean {
  let isRepaired = false;
  for (const key of ["usage", "usageMetadata"]) {
    const usage = holder[key];
    if (usage === undefined || usage === null) continue;
    if (!isRecord(usage)) holder[key] = noFigures();
    if (!isRecord(usage) || zeroUnusable(usage)) isRepaired = true;
  }
  return isRepaired;
}

function zeroUnusable(figures: Record<string, unknown>): boolean {
  let isChanged = false;
  for (const [key, value] of Object.entries(figures)) {
    if (isRecord(value)) isChanged = zeroUnusable(value) || isChanged;
    else if (/tokens?$|tokencount$/i.test(key) && value !== null && !isFigure(value)) {
      figures[key] = 0;
      isChanged = true;
    }
  }
  return isChanged;
}

const isFigure = (value: unknown): boolean => typeof value === "number" && value >= 0 && Number.isFinite(value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
