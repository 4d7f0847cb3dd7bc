// What is told of a project and of this machine: settings with their lines, what a run would miss, a worker's view, prompts.

import { z } from "zod";

/** `at`: file, line and column; null where it stands in no file. */
export type Source = { readonly from: string; readonly at: string | null };

export type ConfigBody = {
  readonly files: readonly { readonly name: string; readonly file: string; readonly isThere: boolean }[];
  readonly settings: readonly (Source & {
    readonly setting: string;
    readonly value: unknown;
    /** What another place asked for and does not get. */
    readonly refused?: (Source & { readonly asked: unknown }) | undefined;
  })[];
};

export type DoctorBody = {
  readonly checks: readonly {
    readonly what: string;
    readonly ok: boolean;
    readonly detail: string;
    readonly remedy?: string | undefined;
  }[];
};

export type ViewBody = {
  /** From the repository's top folder. */
  readonly path: string;
  readonly view: "map" | "skeleton" | "curated" | "whole" | "part";
  readonly text: string;
  /** In words; null where nothing is. */
  readonly leftOut: string | null;
};

export type PromptsBody = {
  readonly prompts: readonly {
    readonly name: string;
    readonly version: string;
    readonly hash: string;
    readonly origin: "tutti" | "yours";
    readonly file: string;
    readonly text: string;
  }[];
};

export const viewQuerySchema = z.strictObject({
  path: z.string().max(4_096).default("."),
  as: z.enum(["map", "skeleton", "curated", "raw"]).optional(),
});
export type ViewQuery = z.infer<typeof viewQuerySchema>;
