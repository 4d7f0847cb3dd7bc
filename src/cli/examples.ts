// What `tutti help <command>` shows below the options: how the command is typed, for real.

/** By command; one line each. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  run: [
    'tutti run "Add CSV export to the reports" --model anthropic/claude-sonnet-4-5',
    "tutti run --epic-file goal.md --planner openai/gpt-5 --lead openai/gpt-5 --model openai/gpt-5-mini",
    "tutti run tickets.json --model anthropic/claude-sonnet-4-5",
    "tutti run tickets.json --model openai/gpt-5-mini --model openai/gpt-5    a ladder of two rungs",
    "tutti run tickets.json --trust step --attended                           hold every worker at every gate",
    "tutti run tickets.json --mode linear --json > run.jsonl                  one at a time, records as lines",
  ],
  plan: [
    'tutti plan "Add CSV export to the reports"          writes tutti-plan.json, to be read, changed and run',
    'tutti plan "Add CSV export" --json | jq .criticalPath',
    "tutti plan --epic-file goal.md --out plans/export.json",
  ],
  deliberate: [
    'tutti deliberate "Which store should the queue use, and why?" --model anthropic/claude-sonnet-4-5',
    'tutti deliberate "Design the export" --constraints "No new dependency" --success "Names every failure" --max-rounds 5',
    'tutti deliberate --objective-file question.md --seat "ALPHA=openai/gpt-5: Look at cost" --recover auto',
    "tutti deliberate --scenario examples/deliberations/agree --recover none",
  ],
  recover: [
    "tutti recover run_4f7                          as its policy would: attempt n of 3",
    "tutti recover run_4f7 --mediated",
    "tutti recover run_4f7 --escalate --model anthropic/claude-opus-4-5",
    'tutti recover run_4f7 --accept --reason "Good enough for the prototype"',
  ],
  forecast: [
    "tutti forecast tickets.json",
    "tutti forecast tickets.json --lanes 8 --model anthropic/claude-sonnet-4-5 --json",
  ],
  resume: ["tutti resume", 'tutti resume --retry parser --say "The grammar is in docs/grammar.md"'],
  serve: ["tutti serve", "tutti serve --port 0 --project ~/src/parser --json"],
  worker: [
    "tutti worker --store redis://127.0.0.1:6379",
    "tutti worker --store rediss://tutti@store.example.org?password=file:~/.secrets/store --capacity 4 --label gpu",
    'tutti worker --git-via "ssh://builder@{host}{path}" --json',
  ],
  demo: ["tutti demo", "tutti demo --json", "tutti demo --workers 3 --store redis"],
  status: ["tutti status", "tutti status run_4f7 --json"],
  watch: ["tutti watch"],
  link: ["tutti link", "tutti link run_4f7 --json | jq -r .link"],
  approvals: ["tutti approvals"],
  log: ["tutti log", "tutti log --json | jq 'select(.event.type == \"approval.answered\")'"],
  export: ["tutti export --out recording.json", "tutti export run_4f7 --format html --out run.html"],
  compare: ["tutti compare --a 40 --b 120", "tutti compare run_4f7 --with run_9c2"],
  import: ["tutti import run.jsonl", "tutti import - < run.jsonl"],
  fork: [
    "tutti fork --at 120",
    'tutti fork run_4f7 --at 120 --guide "parser=Keep the old grammar"',
    "tutti fork --at 120 --patch change.json --model openai/gpt-5",
  ],
  replay: ["tutti replay recording.json", "tutti replay recording.json --repo ~/src/parser --plain"],
  context: ["tutti context", "tutti context parser --json", "tutti context compact parser"],
  view: ["tutti view src", "tutti view src/csv.ts --as curated"],
  runs: ["tutti runs --repo ~/src/parser"],
  approve: ["tutti approve A57"],
  reject: ['tutti reject A57 --reason "Leave the public interface as it is"'],
  edit: [
    "tutti edit A57                          opens $VISUAL, $EDITOR or vi",
    "tutti edit A57 --file arguments.json",
    'tutti edit A57 --message --text "I will look at the tests first."',
  ],
  answer: ['tutti answer A12 "MIT"'],
  tell: [
    'tutti tell T7 "Leave the old parser as it is; add a new one beside it."',
    'tutti tell run_4f7 --to ALPHA "Mind what it costs to move the data."',
  ],
  models: [
    "tutti models",
    "tutti models --ticket T7 --model anthropic/claude-opus-4-5",
    "tutti models --tier 3 --model openai/gpt-5-mini --model openai/gpt-5",
  ],
  rules: [
    "tutti rules",
    'tutti rules add approve --command "npm test" --dry-run',
    'tutti rules add approve --tool write --path "docs/**" --ticket T7',
    "tutti rules remove R57",
  ],
  pause: ["tutti pause", "tutti pause --ticket T7", 'tutti pause --drain --reason "going home"'],
  mode: [
    "tutti mode linear",
    "tutti mode --trust step",
    "tutti mode --trust off",
    "tutti mode --trust step --ticket parser",
  ],
  lanes: ["tutti lanes 2"],
  replan: [
    "tutti replan --patch change.json --dry-run",
    "tutti replan --patch change.json",
    "tutti replan show > now.json",
  ],
  abort: ["tutti abort", 'tutti abort --ticket parser --reason "done by hand"'],
  land: ["tutti land", "tutti land --merge", "tutti land --into next"],
  archive: ["tutti archive --to ~/runs", "tutti archive --to ~/runs --ended-before 30"],
  clean: ["tutti clean", "tutti clean run_4f7 --delete-branch"],
  budget: [
    "tutti budget",
    "tutti budget raise run usd 12.50",
    "tutti budget raise ticket T7 tokens 200000, tier 3 turns 400",
  ],
  machines: ["tutti machines --store redis://127.0.0.1:6379", "tutti machines drain build-1-3f9a1c20"],
  prompts: [
    "tutti prompts",
    "tutti prompts show worker > worker.md    to be changed and put into ~/.config/tutti/prompts",
  ],
  config: ["tutti config", "tutti config --json"],
  doctor: ["tutti doctor", "tutti doctor --repo ~/src/parser --json"],
};

export const exampleText = (command: string): string => {
  const lines = examples[command] ?? [];
  return lines.length === 0
    ? ""
    : `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
};
