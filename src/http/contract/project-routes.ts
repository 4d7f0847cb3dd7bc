// The routes about a project and this machine.

import { z } from "zod";
import type { ConfigBody, DoctorBody, PromptsBody, ViewBody } from "../projects-wire.ts";
import type { ApiRoute } from "./route.ts";

const source = {
  from: z.string().describe("A file's name, `flag` or `default`."),
  at: z.string().nullable().describe("File, line and column; null where it stands in no file."),
};

const config = z.strictObject({
  files: z.array(z.strictObject({ name: z.string(), file: z.string(), isThere: z.boolean() })),
  settings: z.array(
    z.strictObject({
      setting: z.string(),
      value: z.unknown(),
      ...source,
      refused: z.strictObject({ asked: z.unknown(), ...source }).optional(),
    }),
  ),
}) satisfies z.ZodType<ConfigBody>;

const doctor = z.strictObject({
  checks: z.array(
    z.strictObject({ what: z.string(), ok: z.boolean(), detail: z.string(), remedy: z.string().optional() }),
  ),
}) satisfies z.ZodType<DoctorBody>;

const view = z.strictObject({
  path: z.string().describe("From the repository's top folder."),
  view: z.enum(["map", "skeleton", "curated", "whole", "part"]),
  text: z.string(),
  leftOut: z.string().nullable().describe("In words; null where nothing is."),
}) satisfies z.ZodType<ViewBody>;

const prompts = z.strictObject({
  prompts: z.array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      hash: z.string().describe("Hex sha-256 of the words."),
      origin: z.enum(["tutti", "yours"]),
      file: z.string(),
      text: z.string(),
    }),
  ),
}) satisfies z.ZodType<PromptsBody>;

export const projectRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/projects/:project/config",
    tag: "projects",
    summary: "Every setting a run would have there, and where it comes from",
    answer: { name: "Config", schema: config, what: "With what was asked for and refused." },
    problems: [404, 409, 422],
  },
  {
    method: "GET",
    path: "/api/projects/:project/doctor",
    tag: "projects",
    summary: "What a run needs, and whether it is there; no provider is asked",
    answer: { name: "Doctor", schema: doctor, what: "With a remedy for each that is missing." },
    problems: [404],
  },
  {
    method: "GET",
    path: "/api/projects/:project/view",
    tag: "projects",
    summary: "A file or folder of its repository as a worker is shown it",
    query: {
      path: "From the top folder; left out: the whole repository.",
      as: "map, skeleton, curated or raw; left out: a folder's map or a file's skeleton.",
    },
    answer: { name: "View", schema: view, what: "The text, and what was left out of it." },
    problems: [400, 404, 409, 422],
  },
  {
    method: "GET",
    path: "/api/prompts",
    tag: "projects",
    summary: "The prompts a run would be made with, and whose they are",
    answer: { name: "Prompts", schema: prompts, what: "With their words." },
    problems: [409],
  },
];
