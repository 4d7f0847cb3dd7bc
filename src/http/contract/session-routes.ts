// Routes by which a browser is let in, and the document itself.

import { sessionSchema } from "../wire.ts";
import * as desk from "./desk-answers.ts";
import { bodyProblems, type ApiRoute } from "./route.ts";

export const sessionRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/openapi.json",
    tag: "contract",
    summary: "This document",
    answer: "document",
    problems: [],
  },
  {
    method: "POST",
    path: "/api/session",
    tag: "sessions",
    summary: "Let a browser in by a one-time code",
    body: { name: "SessionRequest", schema: sessionSchema },
    answer: { name: "Session", schema: desk.session, what: "A cookie is set." },
    problems: [...bodyProblems, 401],
  },
  {
    method: "GET",
    path: "/api/session",
    tag: "sessions",
    summary: "Who asks, and until when the session lasts",
    answer: { name: "Session", schema: desk.session, what: "The caller." },
    problems: [],
  },
  {
    method: "DELETE",
    path: "/api/session",
    tag: "sessions",
    summary: "End this browser's session",
    answer: "nothing",
    problems: [],
  },
  {
    method: "POST",
    path: "/api/session/codes",
    tag: "sessions",
    summary: "Make a new one-time code; for who holds the token",
    answer: { name: "Code", schema: desk.code, what: "It opens one session within ten minutes." },
    problems: [],
  },
];
