// Parts of the page that are loaded beside what is drawn first.

import { expect, it } from "vitest";
import { later } from "../../src/web/ui/later.ts";

it("PAGE52 are loaded once, when somebody shows them, and who shows them is told as soon as they are there", async () => {
  const loading = Promise.withResolvers<string>();
  let loads = 0;
  const part = later(() => {
    loads += 1;
    return loading.promise;
  });
  let told = 0;
  const leave = part.subscribe(() => (told += 1));
  expect(loads).toBe(0);
  expect([part.read(), part.read(), loads, told]).toEqual([null, null, 1, 0]);
  loading.resolve("a part");
  await loading.promise;
  expect([part.read(), told]).toEqual(["a part", 1]);
  leave();
  expect([part.read(), loads, told]).toEqual(["a part", 1, 1]);
});

it("PAGE52 that cannot be had say so where they were to stand", async () => {
  const part = later(() => Promise.reject(new Error("the server is gone")));
  expect(part.read()).toBeNull();
  await Promise.resolve();
  await Promise.resolve();
  expect(() => part.read()).toThrow("the server is gone");
});
