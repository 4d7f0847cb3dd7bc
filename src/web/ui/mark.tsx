// The mark of the house: three voices, each with its own note.

const voices = [
  { y: 10, x: 12, ink: "#9a97ff" },
  { y: 16, x: 21, ink: "#52dba6" },
  { y: 22, x: 9, ink: "#f8cb4e" },
] as const;

export function Mark({ size = 26 }: { readonly size?: number }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" width={size} height={size}>
      <rect width="32" height="32" rx="8" fill="#161a23" />
      {voices.map(({ y, x, ink }) => (
        <g key={y} stroke={ink} strokeWidth="2.6" strokeLinecap="round">
          <path d={`M6 ${y}h20`} />
          <circle cx={x} cy={y} r="1.7" fill={ink} />
        </g>
      ))}
    </svg>
  );
}
