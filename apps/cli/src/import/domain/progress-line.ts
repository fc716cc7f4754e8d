const WIDTH = 24;

/** How far an import has come. */
export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  readonly seconds: number;
}

/** One line for a terminal: a bar, the share, rows, rows a second and the time that is left. */
export function progressLine({ bytes, totalBytes, rows, seconds }: Progress): string {
  const share = totalBytes === 0 ? 1 : Math.min(bytes / totalBytes, 1);
  const filled = Math.round(share * WIDTH);
  const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`;
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const rate = seconds > 0 ? `${Math.round(rows / seconds).toLocaleString('en')} rows/s` : '';
  const left = share > 0 && share < 1 && seconds > 0 ? `${clock((seconds * (1 - share)) / share)} left` : '';
  return [`[${bar}] ${percent}`, `${rows.toLocaleString('en')} rows`, rate, left].filter(Boolean).join('  ');
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
