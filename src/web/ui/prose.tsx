// What a model writes, drawn: elements and text nodes only, so that nothing in it can be a link, a picture or markup.

import { memo, type ReactNode } from "react";
import { proseOf, type ProseBlock, type ProseItem, type ProsePiece } from "../../views/prose.ts";

export const Prose = memo(function Prose({ text }: { readonly text: string }) {
  return <div className="grid grid-cols-[minmax(0,1fr)] gap-2 leading-[1.55]">{proseOf(text).map(drawBlock)}</div>;
});

const drawBlock = (block: ProseBlock, key: number): ReactNode => {
  switch (block.kind) {
    case "paragraph":
      return (
        <p key={key} className="wrap-anywhere whitespace-pre-wrap">
          {block.pieces.map(drawPiece)}
        </p>
      );
    case "heading":
      return (
        <p key={key} className="font-semibold wrap-anywhere">
          {block.pieces.map(drawPiece)}
        </p>
      );
    case "code":
      return <CodeBlock key={key} text={block.text} />;
    case "list":
      return (
        <ul key={key} className="grid gap-0.5">
          {block.items.map(drawItem)}
        </ul>
      );
    default:
      return block satisfies never;
  }
};

const drawItem = ({ depth, number, pieces }: ProseItem, key: number): ReactNode => (
  <li key={key} className="flex gap-2" style={{ paddingLeft: depth * 16 }}>
    <span className="tabular w-4 shrink-0 text-right text-fg3">{number ?? "·"}</span>
    <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">{pieces.map(drawPiece)}</span>
  </li>
);

const drawPiece = ({ kind, text }: ProsePiece, key: number): ReactNode => {
  switch (kind) {
    case "plain":
      return text;
    case "bold":
      return (
        <strong key={key} className="font-semibold">
          {text}
        </strong>
      );
    case "italic":
      return <em key={key}>{text}</em>;
    case "code":
      return (
        <code key={key} className="rounded-cell bg-s3 px-1 py-px text-12">
          {text}
        </code>
      );
    default:
      return kind satisfies never;
  }
};

export function CodeBlock({ text }: { readonly text: string }) {
  return (
    <pre className="overflow-x-auto rounded-control bg-s2 px-3 py-2 text-12 leading-[1.6] wrap-anywhere whitespace-pre-wrap">
      {text}
    </pre>
  );
}
