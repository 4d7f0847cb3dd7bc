// Crew over a Redis server: the machines as the conductor of one run reaches them.

import { randomBytes } from "node:crypto";
import type { RunId } from "../../domain/ids.ts";
import type { Crew } from "../../engine/machines/crew.ts";
import { sayConductor } from "./conductors.ts";
import { parseDeltas, parseToConductor } from "./messages.ts";
import type { Meeting } from "./meeting.ts";
import { liveChannel } from "./names.ts";

export type RedisCrew = Crew & {
  /** Nobody is told any more that the run is conducted here. */
  readonly close: () => void;
};

/** `token`: the owner's, of the run's log. Who is there is known when it resolves. */
export async function openCrew(meeting: Meeting, run: RunId, token: number): Promise<RedisCrew> {
  const { connections, heartbeat, channels, attempts, outbox, registry, inbox, note } = meeting;
  await registry.refresh();
  const mine = `${inbox.name}/${randomBytes(6).toString("base64url")}`;
  const ends: (() => void)[] = [sayConductor(connections, heartbeat, { run, inbox: mine, token })];
  return {
    inbox: mine,
    offer: attempts.offer,
    withdraw: attempts.withdraw,
    send: outbox.send,
    receive: (of, hear) => {
      const stopMessages = inbox.listen(({ to, text }) => {
        if (to !== mine) return;
        const parsed = parseToConductor(text);
        if (!parsed.ok) note(`A message to the conductor of ${of} is not understood: ${parsed.problem}`);
        else if (parsed.value.place.run === of) hear.message(parsed.value);
      });
      const stopDeltas = channels.listen(liveChannel(of), {
        hear: (json) => {
          const parsed = parseDeltas(json);
          if (parsed.ok) for (const delta of parsed.value) hear.delta(delta);
        },
      });
      const stop = (): void => {
        stopMessages();
        stopDeltas();
      };
      ends.push(stop);
      return stop;
    },
    machines: registry.machines,
    watch: registry.watch,
    close: () => {
      for (const end of ends.splice(0)) end();
    },
  };
}
