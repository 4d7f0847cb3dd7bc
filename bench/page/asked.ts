// What every part of the page's benchmark is given.

import type { Browser } from "playwright-core";
import type { PageScale } from "../scale.ts";
import type { Served } from "./bench-page.ts";

export type Tell = (what: string, values: readonly number[], goal?: number | null, isLowerBound?: boolean) => void;

export type Asked = {
  readonly browser: Browser;
  readonly served: Served;
  readonly scale: PageScale;
  readonly tell: Tell;
};

/** A script that moves the timeline's slider as a hand does: React hears only of what the element's own setter sets. */
export const dragTo = (seq: number): string => `(() => {
  const slider = document.querySelector("input[aria-label='Event shown']");
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, "${seq}");
  slider.dispatchEvent(new Event("input", { bubbles: true }));
})()`;
