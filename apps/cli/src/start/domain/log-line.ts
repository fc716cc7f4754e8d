const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
/** Said already by the prefix and the reader's clock, or shown first. */
const SHOWN_OTHERWISE = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg']);
const NAME_WIDTH = 9;

/**
 * One line of a child process for a person to read: its name, then level and message of a JSON log line and the
 * rest of it as JSON; the stack of an error on lines of its own. What is no JSON log line passes as it is.
 */
export function readableLine(name: string, line: string): string {
  return body(line)
    .split('\n')
    .map((part) => `${name.padEnd(NAME_WIDTH)}| ${part}`)
    .join('\n');
}

function body(line: string): string {
  const entry = parse(line);
  if (entry === null) return line;
  const level = LEVELS[Number(entry['level'])] ?? String(entry['level']);
  const rest = Object.entries(entry).filter(([key]) => !SHOWN_OTHERWISE.has(key));
  const stack = stackOf(entry['err']);
  const shown = rest.map(
    ([key, value]) => `${key}=${key === 'err' && stack !== '' ? firstLineOf(value) : JSON.stringify(value)}`,
  );
  return [level.padEnd(5), textOf(entry['msg']), ...shown].join(' ').trimEnd() + stack;
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return 'level' in value ? value : null;
  } catch {
    return null;
  }
}

function firstLineOf(error: unknown): string {
  const { type, code, message } = error as { type?: unknown; code?: unknown; message?: unknown };
  return JSON.stringify([type, code, message].filter((part) => typeof part === 'string').join(' '));
}

function stackOf(error: unknown): string {
  const { stack } = (error ?? {}) as { stack?: unknown };
  if (typeof stack !== 'string') return '';
  return stack
    .split('\n')
    .filter((frame) => frame.trimStart().startsWith('at '))
    .map((frame) => `\n        ${frame.trim()}`)
    .join('');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
