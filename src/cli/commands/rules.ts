// `tutti rules`: the rules of a run, a new one, and one less.

import { parseArgv } from "../../domain/argv.ts";
import type { LiveRule } from "../../domain/live-rule.ts";
import type { TicketId } from "../../domain/ids.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import { ruleInWords } from "../../views/rules.ts";
import type { RulePreviewBody, RulesBody } from "../../http/wire.ts";
import { createClient, type Client } from "../client.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { choiceOf, steer } from "./control.ts";

export type AddRuleOptions = CommonOptions & {
  readonly run?: string;
  readonly gate?: LiveRule["gate"];
  readonly tool?: string;
  readonly path?: string;
  readonly command?: string;
  readonly commandPrefix?: string;
  readonly ticket?: string;
  readonly archetype?: string;
  readonly dryRun?: boolean;
  readonly alsoOpen?: boolean;
};

type Asking<T> = (client: Client) => Promise<T>;

async function ask<T>(
  run: string | undefined,
  options: CommonOptions,
  { context, asking }: { context: CliContext; asking: Asking<T> },
): Promise<{ run: string; answer: T }> {
  const connection = await (await context.desk()).connect(choiceOf(run, options), { hold: false });
  try {
    return { run: connection.run, answer: await asking(createClient(connection.send)) };
  } finally {
    await connection.close();
  }
}

export async function rulesCommand(
  run: string | undefined,
  options: CommonOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { run: id, answer } = await ask(run, options, { context, asking: (client) => client.rules() });
  if (options.json === true) context.out.write(`${JSON.stringify({ run: id, ...answer })}\n`);
  else for (const line of ruleLines(answer)) context.out.write(`${line}\n`);
  return 0;
}

function ruleLines({ made, standing }: RulesBody): readonly string[] {
  const lines = [
    ...made.map(({ id, by, words }) => `${id} ${toPrintableLine(words)} (${toPrintableLine(by)})`),
    ...standing.map(({ name, gate, tool, decision }) =>
      toPrintableLine(`${name}: ${decision} ${tool} at the gate ${gate} (your config.toml)`),
    ),
  ];
  return lines.length === 0 ? ["No rules: trust alone decides."] : lines;
}

export async function addRuleCommand(
  decision: LiveRule["decision"],
  options: AddRuleOptions,
  context: CliContext,
): Promise<ExitCode> {
  const rule = readRule(decision, options);
  const { run, answer: preview } = await ask(options.run, options, {
    context,
    asking: (client) => client.rulePreview(rule),
  });
  if (options.dryRun === true) {
    context.out.write(
      options.json === true
        ? `${JSON.stringify({ run, did: "shown", rule, preview })}\n`
        : previewLines(preview)
            .map((line) => `${line}\n`)
            .join(""),
    );
    return 0;
  }
  const answer = options.alsoOpen === true ? [...preview.answers] : [];
  await steer(
    {
      choice: choiceOf(options.run, options),
      hold: true,
      bodies: [{ type: "rule.add", rule, answer }],
      did: "rule_added",
      more: { rule, answered: answer },
      words: `from now on a rule ${ruleInWords(rule)}${answer.length === 0 ? "" : `; it answers ${answer.join(", ")}`}`,
    },
    options,
    context,
  );
  return 0;
}

function readRule(decision: LiveRule["decision"], options: AddRuleOptions): LiveRule {
  const { command, commandPrefix, path, ticket, archetype } = options;
  const isAboutCommand = command !== undefined || commandPrefix !== undefined;
  const { gate = "call", tool = isAboutCommand ? "run" : "*" } = options;
  return {
    gate,
    tool,
    decision,
    ...(path === undefined ? {} : { path }),
    ...(command === undefined ? {} : { argv: wordsOf(command) }),
    ...(commandPrefix === undefined ? {} : { argvPrefix: wordsOf(commandPrefix) }),
    ...(ticket === undefined ? {} : { ticket: ticket as TicketId }),
    ...(archetype === undefined ? {} : { archetype }),
  };
}

function wordsOf(command: string): string[] {
  const words = parseArgv(command);
  if (words !== undefined) return [...words];
  throw new CliFault(
    "rule_invalid",
    `${JSON.stringify(command)} is not one plain command`,
    "A rule is about a single program and its words: no ;, &, |, redirection, $, wildcard, or program that runs another",
  );
}

const previewLines = ({ words, asked, counts, questions, answers }: RulePreviewBody): readonly string[] => [
  `A rule that ${toPrintableLine(words)} is about ${counts.matched} of ${asked} questions so far: ${counts.same} answered as it would have, ${counts.other} otherwise.`,
  ...questions.map(({ approval, ticket, asks, would, did }) =>
    toPrintableLine(`${approval} ${ticket}: ${asks} It would ${would}; ${did === "open" ? "open" : `it was: ${did}`}.`),
  ),
  ...(answers.length === 0 ? [] : [`With --also-open it answers at once: ${answers.join(", ")}.`]),
];

export async function removeRuleCommand(
  id: string,
  options: CommonOptions & { readonly run?: string },
  context: CliContext,
): Promise<ExitCode> {
  await steer(
    {
      choice: choiceOf(options.run, options),
      hold: true,
      bodies: [{ type: "rule.remove", id: id.toUpperCase() }],
      did: "rule_removed",
      more: { id: id.toUpperCase() },
      words: `rule ${toPrintableLine(id.toUpperCase())} counts no more`,
    },
    options,
    context,
  );
  return 0;
}
