// @vitest-environment node
import { deflateSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { Inbox } from './inbox';
import type { ServerFrame } from './protocol';

const pong = (now: number): string => JSON.stringify({ op: 'pong', now });
const packed = (text: string): ArrayBuffer => new Uint8Array(deflateSync(text)).buffer;

it('hands texts on at once, and keeps the order where a frame has to be unpacked', async () => {
  const taken: ServerFrame[] = [];
  const inbox = new Inbox((frame) => taken.push(frame), vi.fn());
  inbox.put(pong(1));
  expect(taken).toHaveLength(1);
  inbox.put(packed(pong(2)));
  inbox.put(pong(3));
  inbox.put(packed(pong(4)));
  expect(taken).toHaveLength(1);
  await vi.waitFor(() => expect(taken).toHaveLength(4));
  expect(taken).toEqual([1, 2, 3, 4].map((now) => ({ op: 'pong', now })));
});

it('gives up at a frame that cannot be read, and says so', async () => {
  const told = vi.fn();
  vi.stubGlobal('reportError', told);
  for (const bad of ['{', packed('{'), new ArrayBuffer(8)]) {
    const taken = vi.fn();
    const broken = vi.fn();
    const inbox = new Inbox(taken, broken);
    inbox.put(bad);
    inbox.put(pong(1));
    await vi.waitFor(() => expect(broken).toHaveBeenCalledOnce());
    expect(taken).not.toHaveBeenCalled();
  }
  expect(told).toHaveBeenCalledTimes(3);
  vi.unstubAllGlobals();
});
