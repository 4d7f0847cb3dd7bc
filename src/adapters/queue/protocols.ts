// Which protocols conductors speak now, so that a machine that is too old for all of them finds out.

import { Fault } from "../../engine/ports.ts";
import type { Meeting } from "./meeting.ts";
import { protocolsKey } from "./names.ts";
import { speakScript, spokenScript } from "./scripts.ts";

/** Conductors say so as long as they are there. The function it gives back ends it; it is forgotten after a lease. */
export const sayProtocol = ({ heartbeat, connections, protocol }: Meeting): (() => void) =>
  heartbeat.keep({
    script: speakScript,
    keys: [protocolsKey],
    args: [String(protocol), connections.leaseMs],
    isLock: false,
  });

/** Those that conductors spoke within a lease, ascending. */
export async function spokenProtocols({ connections }: Meeting): Promise<readonly number[]> {
  const answer = await connections.run({ script: spokenScript, keys: [protocolsKey], args: [] });
  const numbers = (Array.isArray(answer) ? answer : []).map(Number).filter(Number.isSafeInteger);
  return numbers.toSorted((one, next) => one - next);
}

/** Why this process gets no work: all who conduct speak a newer protocol. Undefined where that is not so. */
export async function outdated(meeting: Meeting, version: string): Promise<Fault | undefined> {
  const [oldest] = await spokenProtocols(meeting);
  if (oldest === undefined || oldest <= meeting.protocol) return undefined;
  const told = `This machine (tutti ${version}) speaks protocol ${meeting.protocol}; those that conduct runs on ${meeting.connections.name} speak ${oldest} and newer, and send it no work.`;
  return new Fault("machine_outdated", told, {
    remedy:
      "Install the version of tutti here that conducts the runs (`tutti --version` there says which), and start it again.",
  });
}
