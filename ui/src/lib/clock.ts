/** One ticking clock for the whole page, so that ages move together and cheaply. */
import { useSyncExternalStore } from 'react';

interface Ticker {
  now: number;
  listeners: Set<() => void>;
  timer: ReturnType<typeof setInterval> | undefined;
}

function createTicker(ms: number) {
  const ticker: Ticker = { now: Date.now(), listeners: new Set(), timer: undefined };
  return {
    subscribe(listener: () => void) {
      ticker.listeners.add(listener);
      if (!ticker.timer) {
        ticker.now = Date.now();
        ticker.timer = setInterval(() => {
          if (document.hidden) return;
          ticker.now = Date.now();
          for (const each of [...ticker.listeners]) each();
        }, ms);
      }
      return () => {
        ticker.listeners.delete(listener);
        if (ticker.listeners.size > 0) return;
        clearInterval(ticker.timer);
        ticker.timer = undefined;
      };
    },
    read: () => {
      // Without listeners nothing ticks; a first reader must not see an old time.
      if (!ticker.timer && Date.now() - ticker.now > ms) ticker.now = Date.now();
      return ticker.now;
    },
  };
}

const seconds = createTicker(1000);
const slow = createTicker(10_000);

/** Now, renewed each second. For what runs. */
export function useSecond(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.read);
}

/** Now, renewed every ten seconds. For ages. */
export function useNow(): number {
  return useSyncExternalStore(slow.subscribe, slow.read);
}
