/** Line icons on a 24 grid, drawn in the colour of the text. Always beside a word, so hidden from screen readers. */
const PATHS = {
  check: 'M5 12.500l4.500 4.500L19 7.500',
  'check-circle': 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12.200l2.800 2.800L16.200 9.500',
  'link-cut': 'M9 15l-2 2a3.500 3.500 0 0 1-5-5l3-3M15 9l2-2a3.500 3.500 0 0 1 5 5l-3 3M4 4l16 16',
  question:
    'M12 2.500L21.500 12 12 21.500 2.500 12zM10 10a2 2 0 1 1 2.900 1.800c-.6.3-.9.8-.9 1.400M12 16.200v.1',
  cross: 'M6 6l12 12M18 6L6 18',
  octagon: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6',
  hand: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M6 6l12 12',
  alert: 'M12 4L2.500 20h19zM12 10v4.500M12 17.200v.1',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8v8M12 8v8M16 8v8',
  cash: 'M3 6h18v12H3zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5M6 9v.1M18 15v.1',
  card: 'M3 5.500h18v13H3zM3 10h18M7 15h4',
  purse: 'M3 5.500h18v13H3zM7 9.500h5v5H7zM7 12h5M16 9.500h2',
  hold: 'M8 5v14M16 5v14',
  recall: 'M4 12a8 8 0 1 0 2.500-5.800M4 4v4.500h4.500',
  list: 'M4 6h16M4 12h16M4 18h10',
  day: 'M12 3v2M5 6l1.500 1.500M19 6l-1.500 1.500M3 14h2M19 14h2M7 14a5 5 0 0 1 10 0M3 18h18',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  bin: 'M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13',
  backspace: 'M8 5h13v14H8l-6-7zM11.500 9l5 6M16.500 9l-5 6',
  back: 'M19 12H5M11 6l-6 6 6 6',
  receipt: 'M5 3h14v18l-2.500-1.800L14 21l-2-1.800L10 21l-2.500-1.800L5 21zM9 8h6M9 12h6',
  undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  upload: 'M12 20V6M6 11l6-6 6 6M4 21h16',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.500 20.500a7.500 7.500 0 0 1 15 0',
  device: 'M4 5h16v10H4zM9 19h6M12 15v4',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18',
  keyboard: 'M2.500 6h19v12h-19zM6 10v.1M10 10v.1M14 10v.1M18 10v.1M8 14h8',
  unplugged: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg className={`icon ${className ?? ''}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
