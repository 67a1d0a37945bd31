import type { JSX } from "solid-js";

/** 16×16 outlines, drawn with the text's colour. */
const outlines = {
  back: "M10 3 5 8l5 5",
  home: "M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5",
  recents: "M3.5 3.5h9v9h-9z",
  power: "M8 2v5.5M4.6 4.4a5 5 0 1 0 6.8 0",
  volumeUp: "M2.5 6.2v3.6H5L8.5 13V3L5 6.2zM11.2 8h4M13.2 6v4",
  volumeDown: "M2.5 6.2v3.6H5L8.5 13V3L5 6.2zM11.2 8h4",
  camera: "M2 5h3l1-1.8h4L11 5h3v8H2zM8 11a2.4 2.4 0 1 0 0-4.8A2.4 2.4 0 0 0 8 11z",
  close: "m4 4 8 8M12 4l-8 8",
  download: "M8 2.5v7.3M4.8 7 8 10.2 11.2 7M3 13.3h10",
  open: "M9 3h4v4M13 3 8 8M7 3.5H3V13h9.5V9",
  plus: "M8 3v10M3 8h10",
  retry: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5V5h-2.6",
  sun: "M8 10.7a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
  auto: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 2.5v11M8 5l4.5 0M8 8h5.4M8 11h4.5",
  phone: "M4.5 1.5h7v13h-7zM7 12.5h2",
  desk: "M1.8 2.8h12.4v8H1.8zM5.5 13.5h5M8 10.8v2.7",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.4 3.4",
  check: "m3 8.5 3.3 3.3L13 4.8",
  cross: "m4.5 4.5 7 7M11.5 4.5l-7 7",
  text: "M3 4V3h10v1M8 3v10M6 13h4",
  terminal: "m3 4.5 3.5 3.5L3 11.5M8.5 12H13",
  pencil: "M3 13v-2.5L10.5 3 13 5.5 5.5 13z",
  bin: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5 13h6l.5-8.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  record: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  stop: "M4 4h8v8H4z",
  sound: "M2.5 6.2v3.6H5L8.5 13V3L5 6.2zM10.8 6a2.8 2.8 0 0 1 0 4M12.6 4a5.6 5.6 0 0 1 0 8",
  muted: "M2.5 6.2v3.6H5L8.5 13V3L5 6.2zM11 6.2l3.6 3.6M14.6 6.2 11 9.8",
  gauge: "M2.5 12a6 6 0 1 1 11 0M8 10.5l2.8-3.8",
  rotate: "M2.5 8A5.5 5.5 0 0 1 12 4.2L13.5 6M13.5 2.5V6H10M13.5 8A5.5 5.5 0 0 1 4 11.8L2.5 10M2.5 13.5V10H6",
  bell: "M4 11V7a4 4 0 0 1 8 0v4l1.2 1.5H2.8zM6.8 14.3h2.4",
  sliders: "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 3.4v3.2M6 9.4v3.2",
  screenOff: "M4.5 1.5h7v13h-7zM2 2.5l12 11",
  lock: "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  keyboard: "M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M4.5 9.5h7",
  together: "M2 4.5h4.5v9H2zM9.5 4.5H14v9H9.5zM8 1.5v6M6.2 3.2 8 1.5l1.8 1.7",
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
} as const satisfies Record<string, string>;

export type IconName = keyof typeof outlines;

/** Decoration only: the control that holds it carries the name. */
export function Icon(props: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      width={props.size ?? 16}
      height={props.size ?? 16}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={outlines[props.name]} />
    </svg>
  );
}
