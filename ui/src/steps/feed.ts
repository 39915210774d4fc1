/** The output lines of an activity, sorted into one log view per step. */
import type { Log, OutputLine } from '../api/types';
import { STDERR, STDOUT, type Stream, SYSTEM } from '../log/buffer';
import { LogView } from '../log/view';

const STREAMS: Record<OutputLine[2], Stream> = { out: STDOUT, err: STDERR, sys: SYSTEM };

export class StepsFeed {
  private readonly views = new Map<number, LogView>();
  private taken = 0;

  view(step: number): LogView {
    let view = this.views.get(step);
    if (!view) {
      view = new LogView();
      this.views.set(step, view);
    }
    return view;
  }

  has(step: number): boolean {
    return (this.views.get(step)?.buffer.end ?? 0) > 0;
  }

  /** Takes the lines behind those taken before; `dropped` of all are not in `lines` any more. */
  take(lines: readonly OutputLine[], count: number, dropped: number): void {
    for (let at = Math.max(this.taken, dropped); at < count; at += 1) {
      const line = lines[at - dropped];
      if (!line) break;
      const [, step, stream, ts, text] = line;
      this.view(step).append(text, ts, STREAMS[stream] ?? STDOUT);
    }
    this.taken = Math.max(this.taken, count);
  }

  /** Fills a step from a log as stored, where no line came for it. */
  fill(step: number, log: Log): void {
    if (this.has(step)) return;
    const view = this.view(step);
    if (log.stdout) view.append(log.stdout, log.start_ts, STDOUT);
    if (log.stderr) view.append(log.stderr, log.end_ts, STDERR);
  }

  close(): void {
    for (const view of this.views.values()) view.close();
  }
}
