/** The product's mark, as in favicon.svg; drawn here it needs no request. */
export function Mark({ size = 18 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="shrink-0">
      <defs>
        <linearGradient id="mark" x1="0" y1="0" x2="1" y2="1">
          <stop stopColor="#2f7be0" />
          <stop offset="1" stopColor="#1f9d57" />
        </linearGradient>
      </defs>
      <rect x="3" y="3" width="26" height="26" rx="7" fill="url(#mark)" />
      <path
        d="M7 18h5l2.5-7 4 12 2.5-5h4"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
