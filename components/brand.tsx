/** The post horn, drawn in the text's colour. */
export function Brand({ name }: { name: string }) {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-7">
        <rect width="32" height="32" rx="7" className="fill-accent" />
        <g
          className="fill-none stroke-on-accent"
          strokeWidth="2.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        >
          <circle cx="13" cy="17" r="5.5" />
          <path d="M13 11.500C18 11.500 21.500 11 25 8.500v9c-2.500-1.500-4.500-2-6.600-2" />
        </g>
      </svg>
      {name}
    </span>
  );
}
