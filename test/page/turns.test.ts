// Tabs of one browser, made up: which of them hold a stream.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchTurn, type Tab } from "../../src/web/state/turns.ts";

type MadeUp = { readonly hide: () => void; readonly show: () => void; readonly close: () => void; isMine: boolean };

/** The browser's own: one after the other holds it. */
const { locks } = navigator;

function openTab(own: Partial<Tab> = {}, isInBackground = false): MadeUp {
  let isHidden = isInBackground;
  const listeners = new Set<() => void>();
  const turn = (hidden: boolean) => (): void => {
    isHidden = hidden;
    for (const listener of listeners) listener();
  };
  const tab: Tab = {
    isHidden: () => isHidden,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    locks,
    ...own,
  };
  const made: MadeUp = { hide: turn(true), show: turn(false), close: () => {}, isMine: false };
  const end = watchTurn(tab, (isMine) => {
    made.isMine = isMine;
  });
  return Object.assign(made, {
    close: () => {
      end();
      made.isMine = false;
    },
  });
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("the streams of many tabs", () => {
  let tabs: readonly MadeUp[];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    tabs = Array.from({ length: 8 }, () => openTab());
  });
  afterEach(() => {
    for (const tab of tabs) tab.close();
    vi.useRealTimers();
  });

  const streams = (): readonly number[] => tabs.flatMap(({ isMine }, place) => (isMine ? [place] : []));
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
  };

  it("PAGE18 a tab in view has one; of those in the background one has, after a while", async () => {
    for (const tab of tabs.slice(1)) tab.hide();
    await pass(9_000);
    expect(streams()).toHaveLength(8);
    await settle();
    await pass(2_000);
    expect(streams()).toEqual([0, 1]);
    tabs[4]?.show();
    expect(streams()).toEqual([0, 1, 4]);
    tabs[1]?.close();
    await settle();
    expect(streams()).toEqual([0, 2, 4]);
    tabs[2]?.show();
    await settle();
    expect(streams()).toEqual([0, 2, 3, 4]);
  });

  it("PAGE18 one that is looked at again within that while keeps its stream; without locks every tab keeps its own", async () => {
    const [first, second] = tabs;
    for (const tab of tabs) tab.hide();
    await settle();
    await pass(5_000);
    second?.show();
    await pass(60_000);
    expect(streams()).toEqual([0, 1]);
    const alone = openTab({ locks: undefined }, true);
    await pass(60_000);
    expect(alone.isMine).toBe(true);
    first?.close();
    await settle();
    expect(streams()).toEqual([1, 2]);
    const opened = openTab({}, true);
    await settle();
    expect(opened.isMine).toBe(false);
    opened.show();
    expect(opened.isMine).toBe(true);
    opened.close();
  });
});
