// What the person's config.toml says of machines: how this one works for runs that others conduct, and where the work of
// runs travels when it is not fetched from the machine a run was begun on.

import { z } from "zod";
import { machineLabelPattern } from "./machine.ts";

/** As many attempts at once as anybody can mean. */
export const mostCapacity = 256;

/** An absolute path, or ssh:// and https:// with a user at most: a password in it would be seen by everybody. */
export const isRemoteAddress = (text: string): boolean =>
  /^(?:\/|ssh:\/\/(?:[\w.-]+@)?[\w.-]+(?::\d+)?\/|https:\/\/[\w.-]+(?::\d+)?\/)[^\s]*$/.test(text);

export const labelText = z
  .string({ error: "must be a label" })
  .regex(machineLabelPattern, { error: "must be made of letters, digits, and . : _ / -" });

export const workerTable = z.strictObject({
  /** Attempts at a time. */
  capacity: z
    .number({ error: "must be a whole number" })
    .int({ error: "must be a whole number" })
    .min(1, { error: "must be 1 or more" })
    .max(mostCapacity, { error: `must be at most ${mostCapacity}` })
    .optional(),
  labels: z.array(labelText, { error: "must be a list of labels" }).optional(),
  /** How a run's repository on another machine is reached. */
  git_via: z
    .string({ error: "must be an address with {host} and {path} in it" })
    .refine((text) => text.includes("{path}") && isRemoteAddress(fill(text, { host: "host", path: "/path" })), {
      error: 'must be like "ssh://me@{host}{path}": ssh:// or an absolute path, with {path} in it',
    })
    .optional(),
  /** Whether runs whose conductor died are taken over here. */
  conduct: z.boolean({ error: "must be true or false" }).optional(),
});

export const remoteTemplate = z
  .string({ error: "must be the address of a git repository" })
  .refine((text) => isRemoteAddress(fill(text, { project: "project" })), {
    error:
      "must be an ssh:// or https:// address without a password, or an absolute path; {project} stands for the project's name",
  });

export type WorkerSettings = {
  readonly capacity?: number;
  readonly labels?: readonly string[];
  readonly gitVia?: string;
  readonly conduct?: boolean;
};

export function toWorkerSettings({ git_via, capacity, labels, conduct }: z.infer<typeof workerTable>): WorkerSettings {
  return {
    ...(capacity === undefined ? {} : { capacity }),
    ...(labels === undefined ? {} : { labels }),
    ...(git_via === undefined ? {} : { gitVia: git_via }),
    ...(conduct === undefined ? {} : { conduct }),
  };
}

/** Puts values in the place of `{name}`; names that are not given stay. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
