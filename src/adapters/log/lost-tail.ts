// Finds bit rot in the write-ahead log, which SQLite itself passes over in silence: it ends the log at the first
// frame whose checksum is wrong, however many committed transactions follow. Format: sqlite.org/walformat.html.

import { existsSync, readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

const headerBytes = 32;
const frameHeaderBytes = 24;

type Frame = {
  readonly isCommit: boolean;
  readonly salts: bigint;
  /** Running checksum of this and all frames before it, as the frame states it. */
  readonly sum: readonly [number, number];
  /** What its checksum covers: the first 8 bytes of its header, and its page. */
  readonly covered: readonly [Buffer, Buffer];
};

/**
 * True where committed transactions lie behind the end that SQLite found in `file`'s write-ahead log. To be asked
 * right after opening, by the owner, before anything is written.
 *
 * A power cut does not look like this. A transaction is written only after the one before it was synced, so what a
 * cut spoils is the last one; here a commit is followed by a further frame that carries its checksum on, hence that
 * commit was synced, and acknowledged. Left-overs of a process killed in mid-write do not carry it on.
 */
export function hasLostTail(database: DatabaseSync, file: string): boolean {
  const path = `${file}-wal`;
  if (!existsSync(path)) return false;
  const found = Number(database.prepare("PRAGMA wal_checkpoint(NOOP)").get()?.["log"]);
  const pageSize = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
  const wal = readFileSync(path);
  const salts = saltsOf(wal, pageSize, found);
  for (let index = Math.max(found, 0); ; index += 1) {
    const frame = frameAt(wal, index, pageSize);
    const next = frameAt(wal, index + 1, pageSize);
    if (frame === undefined || next === undefined) return false;
    if (frame.isCommit && frame.salts === salts && next.salts === salts && carriesOn(frame, next, wal)) return true;
  }
}

/** The header's, unless SQLite found no frame at all: then the header itself may be what is rotten. */
function saltsOf(wal: Buffer, pageSize: number, found: number): bigint | undefined {
  if (wal.length < headerBytes) return undefined;
  if (found > 0 || isSound(wal.subarray(0, headerBytes))) return wal.readBigUInt64BE(16);
  return frameAt(wal, 0, pageSize)?.salts;
}

const isSound = (header: Buffer): boolean => {
  const [first, second] = addUp([0, 0], header.subarray(0, 24), isBigEndian(header));
  return first === header.readUInt32BE(24) && second === header.readUInt32BE(28);
};

/** The magic number's last bit; ours is always written on the machine that reads it, but a file can be moved. */
const isBigEndian = (wal: Buffer): boolean => wal.readUInt32BE(0) === 0x377f_0683;

function frameAt(wal: Buffer, index: number, pageSize: number): Frame | undefined {
  const at = headerBytes + index * (frameHeaderBytes + pageSize);
  if (at + frameHeaderBytes + pageSize > wal.length) return undefined;
  return {
    isCommit: wal.readUInt32BE(at + 4) > 0,
    salts: wal.readBigUInt64BE(at + 8),
    sum: [wal.readUInt32BE(at + 16), wal.readUInt32BE(at + 20)],
    covered: [wal.subarray(at, at + 8), wal.subarray(at + frameHeaderBytes, at + frameHeaderBytes + pageSize)],
  };
}

function carriesOn(frame: Frame, next: Frame, wal: Buffer): boolean {
  const bigEndian = isBigEndian(wal);
  const [first, second] = next.covered.reduce((sum, bytes) => addUp(sum, bytes, bigEndian), frame.sum);
  return first === next.sum[0] && second === next.sum[1];
}

/** SQLite's own checksum: two sums over pairs of 32-bit words, each fed by the other. */
function addUp(
  [first, second]: readonly [number, number],
  bytes: Buffer,
  bigEndian: boolean,
): readonly [number, number] {
  const word = (at: number): number => (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + word(at) + b) >>> 0;
    b = (b + word(at + 4) + a) >>> 0;
  }
  return [a, b];
}
