/** A heartbeat that ends in a cursor. The same picture as public/favicon.svg. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="7.5" fill="#3b58d6" />
      <path
        d="M5 17h5l3-8.5 4.6 15 2.9-6.5h2"
        fill="none"
        stroke="#fff"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <rect x="24.2" y="13.6" width="3.4" height="6.8" rx=".8" fill="#8ff0c4" />
    </svg>
  )
}
