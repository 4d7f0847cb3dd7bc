// L-09 and L-10 for every k: a stream of each wire format cut after each of its bytes.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callReply, cutStream, textReply } from "../adapters/models/cut-stream.ts";
import { makeModels } from "../adapters/models/call-model.ts";
import { formats, startFakeProvider, type FakeProvider } from "../fake-provider/fake-provider.ts";

let provider: FakeProvider;

beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

const replies = { text: textReply, call: callReply };

describe.each(formats)("a stream over %s cut after every byte", (format) => {
  describe.each(["text", "call"] as const)("of a %s", (kind) => {
    it.each(["reset", "finish"] as const)("L-09, L-10 ended by %s, is never a wrong reply", async (how) => {
      const cutting = {
        provider,
        models: makeModels(provider),
        format,
        reply: replies[kind],
        how,
        isTried: () => true,
      };
      const { tries, wrong } = await cutStream(cutting);
      expect({ wrong, isEveryByte: tries > 700 }).toEqual({ wrong: [], isEveryByte: true });
    });
  });
});
