/** A log as a file. */
import { plainText } from './ansi';
import type { LogView } from './view';

export type LogFormat = 'log' | 'jsonl';

const STREAMS = ['stdout', 'stderr', 'system'];

function* pieces(view: LogView, format: LogFormat): Generator<string> {
  let piece = '';
  for (let position = 0; position < view.count; position += 1) {
    const line = view.lineAt(position);
    if (!line) continue;
    const time = line.ts > 0 ? new Date(line.ts).toISOString() : '';
    const text = plainText(line.raw);
    if (format === 'log') piece += time ? `${time} ${text}\n` : `${text}\n`;
    else piece += `${JSON.stringify({ ts: line.ts, stream: STREAMS[line.stream], text })}\n`;
    if (piece.length > 1 << 20) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** Saves the shown lines under this name. */
export function downloadLog(view: LogView, name: string, format: LogFormat): void {
  const blob = new Blob([...pieces(view, format)], { type: 'text/plain;charset=utf-8' });
  saveBlob(blob, `${name.replace(/[^\w.-]+/g, '_')}.${format}`);
}

/** Lets the browser save a blob as a file. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
