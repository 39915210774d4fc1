/** The one state socket: connects, resubscribes, backs off, and tells how fresh the page is. */
import { ApiError, fetchUser, servedBuild, sessionExpired } from '../api/client';
import { hangUp, socketUrl } from '../lib/socket';
import { createValue } from '../lib/value';
import { type Arrived, Inbox } from './inbox';
import type { ClientFrame, ServerFrame } from './protocol';
import { LiveStore } from './store';

export type Phase = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface Connection {
  phase: Phase;
  /** When data was last known to be current, ms of this machine's clock; 0 = never. */
  asOf: number;
  /** When the next attempt starts, ms; 0 = none planned. */
  retryAt: number;
}

const BACKOFF_FIRST_MS = 300;
const BACKOFF_MAX_MS = 15_000;
const PING_MS = 20_000;
const SILENT_MS = 45_000;
/** Reconnecting becomes Offline after this long without a connection. */
const OFFLINE_MS = 10_000;
const HIDDEN_PACE_MS = 5_000;

export const connection = createValue<Connection>({ phase: 'idle', asOf: 0, retryAt: 0 });

/** Core's clock minus this machine's, in ms. */
export const clockOffset = createValue(0);

/** Changes when Core sends `perm`: what the user may do is to be read again. */
export const permissionsChanged = createValue(0);

/** Now by Core's clock, in ms. */
export function serverNow(): number {
  return Date.now() + clockOffset.get();
}

/** Delay before attempt n (0-based), with jitter of 30 % to either side. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(BACKOFF_FIRST_MS * 2 ** attempt, BACKOFF_MAX_MS);
  return Math.round(base * (0.7 + 0.6 * random()));
}

/** A socket that the page's head has opened, what came over it, and the topics it asked for. */
interface EarlySocket {
  socket: WebSocket;
  frames: Arrived[];
  topics: string[];
}

declare global {
  interface Window {
    earlySocket?: EarlySocket;
  }
}

/** The early socket, once, if it still serves. */
function takeEarly(): EarlySocket | undefined {
  const early = window.earlySocket;
  delete window.earlySocket;
  return early && early.socket.readyState <= WebSocket.OPEN ? early : undefined;
}

export class LiveSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private lastFrame = 0;
  private lostAt = 0;
  private greeted = false;
  /** What the connection has been asked for before it greeted. */
  private asked: readonly string[] = [];
  private running = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private ping: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly store: LiveStore,
    private readonly url: () => string,
  ) {
    store.onWant = (topic, since) =>
      this.send(since ? { op: 'sub', topic, since } : { op: 'sub', topic });
    store.onUnwant = (topic) => this.send({ op: 'unsub', topic });
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.attempt = 0;
    window.addEventListener('online', this.wake);
    document.addEventListener('visibilitychange', this.seen);
    this.open();
  }

  stop(): void {
    this.running = false;
    window.removeEventListener('online', this.wake);
    document.removeEventListener('visibilitychange', this.seen);
    clearTimeout(this.retry);
    clearInterval(this.ping);
    const socket = this.socket;
    this.socket = null;
    hangUp(socket);
    connection.set({ phase: 'idle', asOf: connection.get().asOf, retryAt: 0 });
  }

  private readonly wake = (): void => {
    if (!this.running || this.socket) return;
    clearTimeout(this.retry);
    this.attempt = 0;
    this.open();
  };

  private readonly seen = (): void => {
    this.send({ op: 'pace', ms: document.hidden ? HIDDEN_PACE_MS : 0 });
    if (!document.hidden) this.wake();
  };

  private open(): void {
    if (!this.running) return;
    this.greeted = false;
    const phase = this.lostAt === 0 ? 'connecting' : this.lostPhase();
    connection.set({ ...connection.get(), phase, retryAt: 0 });
    const early = takeEarly();
    const socket = early?.socket ?? new WebSocket(this.url());
    this.socket = socket;
    this.asked = early?.topics ?? [];
    const inbox = new Inbox(
      (frame) => {
        if (socket === this.socket) this.receive(frame);
      },
      () => socket.close(),
    );
    this.lastFrame = Date.now();
    socket.binaryType = 'arraybuffer';
    socket.onmessage = (event) => {
      this.lastFrame = Date.now();
      inbox.put(event.data as Arrived);
    };
    socket.onclose = () => {
      if (socket === this.socket) void this.lost();
    };
    if (early) {
      for (const frame of early.frames) inbox.put(frame);
      this.store.flush();
    }
    clearInterval(this.ping);
    this.ping = setInterval(() => this.check(), PING_MS);
  }

  private receive(frame: ServerFrame): void {
    if (frame.op === 'hello') this.hello(frame);
    if (frame.op === 'pong') clockOffset.set(frame.now - Date.now());
    if (frame.op === 'perm') permissionsChanged.set(permissionsChanged.get() + 1);
    this.store.apply(frame);
  }

  private hello(frame: Extract<ServerFrame, { op: 'hello' }>): void {
    this.greeted = true;
    this.attempt = 0;
    this.lostAt = 0;
    clockOffset.set(frame.now - Date.now());
    if (frame.build) servedBuild.set(frame.build);
    connection.set({ phase: 'live', asOf: Date.now(), retryAt: 0 });
    this.store.apply(frame);
    const wanted = this.store.wanted();
    for (const [topic, since] of wanted) {
      if (this.asked.includes(topic)) continue;
      this.send(since ? { op: 'sub', topic, since } : { op: 'sub', topic });
    }
    for (const topic of this.asked) {
      if (!wanted.some(([name]) => name === topic)) this.send({ op: 'unsub', topic });
    }
    if (document.hidden) this.send({ op: 'pace', ms: HIDDEN_PACE_MS });
  }

  private send(frame: ClientFrame): void {
    // Before `hello` nothing is sent: the subscriptions follow then, all at once.
    if (this.greeted && this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(frame));
    }
  }

  private check(): void {
    if (Date.now() - this.lastFrame > SILENT_MS) {
      // A dead path gives no close event for minutes.
      const socket = this.socket;
      if (socket) {
        socket.onclose = null;
        hangUp(socket);
        void this.lost();
      }
      return;
    }
    this.send({ op: 'ping' });
  }

  private lostPhase(): Phase {
    return Date.now() - this.lostAt > OFFLINE_MS ? 'offline' : 'reconnecting';
  }

  private async lost(): Promise<void> {
    clearInterval(this.ping);
    this.socket = null;
    this.store.connectionLost();
    if (!this.running) return;
    if (this.lostAt === 0) this.lostAt = Date.now();
    const asOf = this.greeted ? this.lastFrame : connection.get().asOf;
    const wasGreeted = this.greeted;
    this.greeted = false;
    const delay = backoff(this.attempt);
    this.attempt += 1;
    connection.set({ phase: this.lostPhase(), asOf, retryAt: Date.now() + delay });
    if (!wasGreeted && (await this.loggedOut())) {
      await new Promise<void>((resolve) => {
        const stop = sessionExpired.subscribe(() => {
          if (sessionExpired.get()) return;
          stop();
          resolve();
        });
      });
      this.attempt = 0;
    }
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), delay);
  }

  /** True if the connection fails because the session is gone; shows the re-login dialog then. */
  private async loggedOut(): Promise<boolean> {
    try {
      await fetchUser();
      return false;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) return false;
      sessionExpired.set(true);
      return true;
    }
  }
}

export const store = new LiveStore();

export const live = new LiveSocket(store, () => socketUrl('/ws/live?zip=1'));
