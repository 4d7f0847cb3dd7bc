// An exported run brought in from a file: picked or dropped, sent as it is, and opened when it is there.

import { useNavigate } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ProjectsBody } from "../../../http/runs-wire.ts";
import type { ImportedBody } from "../../../http/time-travel.ts";
import { counted } from "../../../views/words.ts";
import type { Problem } from "../../state/backend.ts";
import { useAnswer } from "../../state/hooks.ts";
import { upload } from "../../state/upload.ts";
import { announce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { names } from "../../ui/class-names.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { Choice } from "./fields.tsx";
import { useDrop } from "./use-drop.ts";

type ImportRunProps = {
  /** What was dropped on the page; null: nothing yet. */
  readonly dropped: File | null;
  readonly onClose: () => void;
};

export function ImportRun({ dropped, onClose }: ImportRunProps) {
  const answer = useAnswer<ProjectsBody>("/api/projects");
  const known = answer?.ok === true ? answer.value.projects : [];
  const [file, setFile] = useState(dropped);
  const [chosen, setChosen] = useState<string | null>(null);
  const { share, problem, send, forget } = useImport();
  const project = chosen ?? known[0]?.key;
  return (
    <Dialog
      title="Import a run"
      about="A file that tutti export --format jsonl or a run's report wrote. The run can be looked at and forked."
      onClose={onClose}
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (file !== null) send(file, project);
        }}
      >
        <FileField
          file={file}
          isOff={share !== null}
          onFile={(next) => {
            forget();
            setFile(next);
          }}
        />
        {known.length > 1 && (
          <Choice
            label="Project it is to belong to"
            value={project ?? ""}
            options={known.map(({ key, name, root }) => [key, root === "" ? name : `${name} (${root})`])}
            onChange={setChosen}
          />
        )}
        {share !== null && <Progress share={share} />}
        {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            kind="primary"
            disabled={file === null || answer === undefined}
            isSending={share !== null}
          >
            Import
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useImport() {
  const navigate = useNavigate();
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);
  const send = (file: File, project: string | undefined): void => {
    const { signal } = leaving.current;
    const query = project === undefined ? "" : `?${new URLSearchParams({ project }).toString()}`;
    setProblem(null);
    setShare(0);
    void upload<ImportedBody>({
      path: `/api/import${query}`,
      file,
      type: "application/jsonl",
      onProgress: setShare,
      signal,
    }).then((answer) => {
      if (signal.aborted) return;
      setShare(null);
      if (!answer.ok) return setProblem(answer.problem);
      const { run, records } = answer.value;
      announce(`Imported ${counted(records, "event")}.`);
      void navigate({ to: "/runs/$run", params: { run } });
    });
  };
  return { share, problem, send, forget: () => setProblem(null) };
}

type FileFieldProps = {
  readonly file: File | null;
  readonly isOff: boolean;
  readonly onFile: (file: File | null) => void;
};

const sizes = new Intl.NumberFormat("en", { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

/** The picker itself is read out and has the focus; what is around it takes a file that is dropped. */
function FileField({ file, isOff, onFile }: FileFieldProps) {
  const target = useRef<HTMLLabelElement>(null);
  const isOver = useDrop(target, isOff ? null : onFile);
  return (
    <label
      ref={target}
      className={names(
        "grid cursor-pointer justify-items-center gap-1 rounded-card border border-dashed px-4 py-6 text-center",
        "has-focus-visible:outline-2 has-focus-visible:outline-accent",
        isOver ? "border-accent bg-s3" : "border-line3",
      )}
    >
      <FileUp aria-hidden size={20} className="text-fg2" />
      <span className="font-medium wrap-anywhere">{file === null ? "Choose a file, or drop it here" : file.name}</span>
      <span className="text-12 text-fg2">{file === null ? "run.jsonl" : sizes.format(file.size / 1_000_000)}</span>
      <input
        type="file"
        accept=".jsonl,application/jsonl"
        disabled={isOff}
        onChange={({ target }) => onFile(target.files?.[0] ?? null)}
        className="sr-only"
      />
    </label>
  );
}

/** What has gone; after that the server reads and checks it. */
function Progress({ share }: { readonly share: number }) {
  const percent = Math.round(share * 100);
  return (
    <div className="grid gap-1">
      <progress
        max={100}
        value={percent}
        aria-label="Sent"
        className="h-1.5 w-full overflow-hidden rounded-full accent-accent-solid"
      />
      <p className="text-12 text-fg2 tabular">
        {percent < 100 ? `${percent}% sent` : "All sent: every line is checked before it is taken"}
      </p>
    </div>
  );
}
