/** The log of a container over `/ws/logs`, into a view; it goes on where it was after a cut. */
import { hangUp, socketUrl } from '../lib/socket';
import { createValue, type Value } from '../lib/value';
import { backoff } from '../live/socket';
import { STDERR, STDOUT, SYSTEM } from './buffer';
import { m } from './text';
import type { LogView } from './view';

export type SourceState =
  | { phase: 'connecting' | 'live' }
  | { phase: 'reconnecting'; reason: string }
  | { phase: 'ended'; reason: string };

export interface LogRequest {
  server: string;
  container: string;
  tail: number;
  /** ms; only lines since then. */
  since?: number | undefined;
}

type LogFrame =
  | { op: 'lines'; lines: Array<['out' | 'err', number, string]> }
  | { op: 'end'; reason?: string; status?: number };

const GRANT_BYTES = 1 << 20;
/** The most that Core gives: after a cut everything since the last line is wanted. */
export const ALL_LINES = 50_000;
/** Ends with such a status are an agent that is away, not the end of the log. */
const AWAY_STATUS = 503;

export class ContainerLog {
  readonly state: Value<SourceState> = createValue<SourceState>({ phase: 'connecting' });
  private socket: WebSocket | null = null;
  private attempt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private ended = false;
  private consumed = 0;
  private why = '';
  private lastTs = 0;
  /** Lines of the newest millisecond: they come again after a cut. */
  private lastTexts: string[] = [];
  private skip: string[] = [];

  constructor(
    private readonly request: LogRequest,
    private readonly view: LogView,
  ) {
    this.open();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    hangUp(this.socket);
  }

  /** Goes on after the end: the container runs again. */
  resume(): void {
    if (this.closed || !this.ended) return;
    this.ended = false;
    this.state.set({ phase: 'connecting' });
    this.view.append(m.startedAgain, this.lastTs, SYSTEM);
    this.open();
  }

  private open(): void {
    const socket = new WebSocket(socketUrl('/ws/logs'));
    this.socket = socket;
    this.consumed = 0;
    socket.onopen = () => {
      const { server, container, tail, since } = this.request;
      const resumed = this.lastTs > 0;
      this.skip = resumed ? [...this.lastTexts] : [];
      const from = resumed ? this.lastTs : since;
      socket.send(
        JSON.stringify({
          server,
          container,
          tail: resumed ? ALL_LINES : tail,
          ...(from === undefined ? {} : { since: from }),
          follow: true,
        }),
      );
      if (this.state.get().phase === 'connecting') this.state.set({ phase: 'live' });
    };
    socket.onmessage = (event) => {
      const data = event.data as string;
      this.receive(JSON.parse(data) as LogFrame);
      this.consumed += data.length;
      if (this.consumed >= GRANT_BYTES && socket.readyState === WebSocket.OPEN) {
        socket.send(JSON.stringify({ op: 'credit', bytes: this.consumed }));
        this.consumed = 0;
      }
    };
    socket.onclose = () => this.lost();
  }

  private receive(frame: LogFrame): void {
    if (frame.op === 'lines') {
      this.attempt = 0;
      this.why = '';
      if (this.state.get().phase !== 'live') this.state.set({ phase: 'live' });
      for (const [stream, ts, text] of frame.lines) this.add(stream, ts, text);
    } else if (frame.op === 'end') {
      if (frame.status === AWAY_STATUS) {
        this.why = frame.reason ?? '';
        this.socket?.close();
      } else {
        this.end(frame.reason ?? '');
      }
    }
  }

  private add(stream: 'out' | 'err', ts: number, text: string): void {
    if (this.skip.length > 0) {
      const at = ts === this.lastTs ? this.skip.indexOf(text) : -1;
      if (at >= 0) {
        this.skip.splice(at, 1);
        return;
      }
      if (ts > this.lastTs) this.skip = [];
    }
    if (ts !== this.lastTs) {
      this.lastTs = ts;
      this.lastTexts = [];
    }
    this.lastTexts.push(text);
    this.view.append(text, ts, stream === 'err' ? STDERR : STDOUT);
  }

  private end(reason: string): void {
    this.ended = true;
    this.state.set({ phase: 'ended', reason });
    this.socket?.close();
  }

  private lost(): void {
    if (this.closed || this.ended) return;
    this.state.set({ phase: 'reconnecting', reason: this.why });
    const delay = backoff(this.attempt);
    this.attempt += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => !this.closed && this.open(), delay);
  }
}
