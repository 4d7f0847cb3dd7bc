// What stands before every route: the address, then the page for whoever opens it, then who it is.

import type { Hono } from "hono";
import { guardAddress, guardCaller, type GuardOptions } from "./guard.ts";
import { onceByKey } from "./idempotency.ts";
import { addSessions } from "./session-routes.ts";
import { servePage, type FindPageFile } from "./static-page.ts";

export type DoorOptions = GuardOptions & {
  readonly person: string;
  /** Absent: there is no page here. */
  readonly page?: FindPageFile;
};

/** To be called before any route is added. */
export function addDoor(app: Hono, options: DoorOptions): void {
  const { sessions, page } = options;
  app.use(guardAddress(options));
  if (page !== undefined) app.use(servePage(page));
  app.use(guardCaller(options));
  if (sessions !== undefined) addSessions(app, { ...options, sessions });
  // After the way in: an answer that carries a cookie is given once.
  app.use(onceByKey({ now: () => Date.now() }));
}
