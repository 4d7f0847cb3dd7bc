// ask and finish: described to the model and checked here like any tool, answered by the core, never run.

import { askTool, finishTool, questionSchema, verdictSchema } from "../../domain/tool.ts";
import type { ToolResult } from "../../engine/ports.ts";
import { makeTool, refuse } from "./tool.ts";

const notRun = async (): Promise<ToolResult> => refuse("this is answered by the conductor, not by a tool");

export const controlTools = [
  makeTool({
    name: askTool,
    class: "control",
    description:
      "Asks the person one question and waits for the answer. Only for what you cannot find out or decide yourself.",
    schema: questionSchema,
    run: notRun,
  }),
  makeTool({
    name: finishTool,
    class: "control",
    description:
      "Ends your work on the ticket. outcome: completed (done and checked), blocked (cannot be done; summary says why) or " +
      "needs_input (summary says what is missing). evidence: the commands you ran and what they showed.",
    schema: verdictSchema,
    run: notRun,
  }),
];
