// A change as rows, loaded with the first change that is looked at.

import { useMemo } from "react";
import { diffRowsOf } from "../../../views/diff-rows.ts";
import { Diff, DiffCounts } from "../../ui/diff.tsx";

type ChangeProps = { readonly text: string };

export const ChangeView = ({
  text,
  label,
  split,
}: ChangeProps & { readonly label: string; readonly split: boolean }) => (
  <Diff diff={text} split={split} label={label} className="h-full" />
);

export function ChangeCounts({ text }: ChangeProps) {
  const rows = useMemo(() => diffRowsOf(text), [text]);
  return <DiffCounts rows={rows} />;
}
