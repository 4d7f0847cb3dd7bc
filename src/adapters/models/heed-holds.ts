// A provider that has told one run to wait is left alone by all that share its store, on whichever machine they are: a
// call that would only be refused is not made, and comes back as the refusal it would have been.

import { providerOf } from "../../domain/ids.ts";
import { zeroUsage } from "../../domain/usage.ts";
import type { Models } from "../../engine/ports.ts";

/** What is known of providers that are to be left alone. Both give up quietly: a call is made rather than lost. */
export type ProviderHolds = {
  /** Ms from now; 0: it may be called. */
  readonly left: (provider: string) => Promise<number>;
  /** The longer of two holds counts. */
  readonly hold: (provider: string, ms: number) => Promise<void>;
};

export function heedHolds(models: Models, holds: ProviderHolds): Models {
  return {
    ...models,
    call: async (request, hooks) => {
      const provider = providerOf(request.model);
      const left = await holds.left(provider);
      if (hooks.signal.aborted) return { kind: "cancelled", usage: zeroUsage };
      if (left > 0) {
        const detail = `${provider} has told another run on this store to wait; no call was made`;
        return { kind: "fault", code: "rate_limited", detail, retryAfterMs: left, usage: zeroUsage };
      }
      const outcome = await models.call(request, hooks);
      if (outcome.kind === "fault" && outcome.code === "rate_limited" && outcome.retryAfterMs !== undefined)
        await holds.hold(provider, outcome.retryAfterMs);
      return outcome;
    },
  };
}
