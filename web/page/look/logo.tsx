import type { JSX } from "solid-js";

/** Six small screens, one of them awake. The same drawing is `public/favicon.svg`. */
export function Logo(props: { size?: number }): JSX.Element {
  return (
    <svg
      class="logo"
      width={props.size ?? 22}
      height={props.size ?? 22}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <rect width="24" height="24" rx="6" fill="#3a55cf" />
      <g fill="#fff" fill-opacity="0.42">
        <rect x="4.5" y="4.5" width="4" height="6.8" rx="1.1" />
        <rect x="15.5" y="4.5" width="4" height="6.8" rx="1.1" />
        <rect x="4.5" y="12.7" width="4" height="6.8" rx="1.1" />
        <rect x="10" y="12.7" width="4" height="6.8" rx="1.1" />
        <rect x="15.5" y="12.7" width="4" height="6.8" rx="1.1" />
      </g>
      <rect x="10" y="4.5" width="4" height="6.8" rx="1.1" fill="#7df0b2" />
    </svg>
  );
}
