// Reads what shim.c wrote: every change to the watched folder, and every mark, in the order they took effect.

export type Operation =
  | { readonly kind: "create" | "mkdir" | "unlink" | "sync"; readonly name: string }
  | { readonly kind: "rename"; readonly name: string; readonly to: string }
  | { readonly kind: "truncate"; readonly name: string; readonly length: number }
  | { readonly kind: "write"; readonly name: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "mark"; readonly text: string };

const headerBytes = 24;

/** A process killed while it wrote the trace leaves a cut last entry, which is dropped. */
export function parseTrace(trace: Buffer): readonly Operation[] {
  const operations: Operation[] = [];
  let at = 0;
  while (at + headerBytes <= trace.length) {
    const letter = String.fromCharCode(trace.readUInt8(at));
    const nameLength = trace.readUInt16LE(at + 2);
    const otherLength = trace.readUInt16LE(at + 4);
    const offset = Number(trace.readBigUInt64LE(at + 8));
    const length = Number(trace.readBigUInt64LE(at + 16));
    const namesAt = at + headerBytes;
    const bytesAt = namesAt + nameLength + otherLength;
    if (bytesAt + length > trace.length) break;
    const name = trace.toString("utf8", namesAt, namesAt + nameLength);
    const to = trace.toString("utf8", namesAt + nameLength, bytesAt);
    operations.push(toOperation(letter, { name, to, offset, bytes: trace.subarray(bytesAt, bytesAt + length) }));
    at = bytesAt + length;
  }
  return operations;
}

type Fields = { readonly name: string; readonly to: string; readonly offset: number; readonly bytes: Buffer };

function toOperation(letter: string, { name, to, offset, bytes }: Fields): Operation {
  switch (letter) {
    case "C":
      return { kind: "create", name };
    case "D":
      return { kind: "mkdir", name };
    case "U":
      return { kind: "unlink", name };
    case "S":
      return { kind: "sync", name };
    case "R":
      return { kind: "rename", name, to };
    case "T":
      return { kind: "truncate", name, length: offset };
    case "W":
      return { kind: "write", name, offset, bytes };
    case "M":
      return { kind: "mark", text: bytes.toString("utf8") };
    default:
      throw new Error(`the trace has an unknown operation ${JSON.stringify(letter)}`);
  }
}
