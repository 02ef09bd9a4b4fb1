// The widget's few drawings, as elements, so that no file and no data: address is needed.
const PATHS = {
  close: "M18 6 6 18M6 6l12 12",
  send: "M12 19V5M5 12l7-7 7 7",
  restart: "M3 12a9 9 0 1 0 2.6-6.3L3 8.2M3 3v5.2h5.2",
  back: "M15 18l-6-6 6-6",
  down: "M12 5v14M5 12l7 7 7-7",
  out: "M14 4h6v6M20 4 10 14M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 8v5M12 16.5v.01M12 3 2.5 20h19z",
  doc: "M14 3H6v18h12V7zM14 3v4h4M9 12h6M9 16h6",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class="icon">
      <path d={PATHS[name]} />
    </svg>
  );
}
