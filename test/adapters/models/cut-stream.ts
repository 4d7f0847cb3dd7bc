// Cuts the stream of a reply after k bytes, for many k, and counts what is taken for a reply and is none.

import type { Models } from "../../../src/engine/ports.ts";
import { wires, type Ending, type FakeProvider, type Format } from "../../fake-provider/fake-provider.ts";
import type { FakeReply } from "../../fake-provider/wire.ts";
import { callModel, modelOf } from "./call-model.ts";

export const textReply: FakeReply = { text: "Delete nothing, é😀.", step: 6 };
export const callReply: FakeReply = {
  calls: [{ id: "c1", name: "run", args: '{"command":"rm -rf build/tmp"}' }],
  step: 12,
};

export type Cutting = {
  readonly provider: FakeProvider;
  readonly models: Models;
  readonly format: Format;
  readonly reply: FakeReply;
  readonly how: Ending["how"];
  /** Which k of the stream's bytes are tried. */
  readonly isTried: (after: number, bytes: number) => boolean;
};

export async function cutStream({ provider, models, format, reply, how, isTried }: Cutting) {
  provider.will({ reply });
  const { outcome: whole } = await callModel(models, modelOf[format]);
  const bytes = Buffer.byteLength(wires[format].encode(reply, modelOf[format].split("/")[1] ?? ""));
  const wrong: unknown[] = [];
  let faults = 0;
  let tries = 0;
  for (let after = 0; after < bytes; after += 1) {
    if (!isTried(after, bytes)) continue;
    tries += 1;
    provider.will({ reply, end: { after, how } });
    const { outcome } = await callModel(models, modelOf[format]);
    if (outcome.kind === "fault") faults += 1;
    else if (!isSameReply(outcome, whole)) wrong.push({ after, outcome });
  }
  return { whole, tries, faults, wrong };
}

/** Usage may be unknown where the reply itself is whole; everything else must be equal. */
const isSameReply = (outcome: object, whole: object): boolean =>
  JSON.stringify({ ...outcome, usage: undefined }) === JSON.stringify({ ...whole, usage: undefined });
