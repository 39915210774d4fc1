/** Frames of one connection in the order they came; large snapshots come compressed. */
import type { ServerFrame } from './protocol';

export type Arrived = string | ArrayBuffer;

export class Inbox {
  private readonly waiting: Arrived[] = [];
  private busy = false;

  /** After a frame that cannot be taken, `broken` is called and none of those behind it is handed on. */
  constructor(
    private readonly take: (frame: ServerFrame) => void,
    private readonly broken: () => void,
  ) {}

  /** Hands a frame on at once, unless one before it is still being unpacked. */
  put(arrived: Arrived): void {
    this.waiting.push(arrived);
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    try {
      for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
        this.take(typeof next === 'string' ? JSON.parse(next) : await unpacked(next));
      }
      this.busy = false;
    } catch (error) {
      reportError(error);
      this.broken();
    }
  }
}

function unpacked(packed: ArrayBuffer): Promise<ServerFrame> {
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(plain).json();
}
