/** Data for the first page before its code is there: asked for here, or by the page's head already. */
import { firstTopics } from './first-topics';
import { store } from './socket';

/** The page has subscribed itself long before. */
const HELD_MS = 15_000;
/** What has not come by then is waited for in view of the user. */
const PATIENCE_MS = 200;

/** Subscribes to what the page of this path shows; sent as soon as there is a connection. */
export function askEarly(path: string): void {
  const releases = firstTopics(path).map((topic) => store.want(topic));
  setTimeout(() => {
    for (const release of releases) release();
  }, HELD_MS);
}

/** Resolves when what the page of this path shows has come, or after a moment: to draw it once is quicker than twice. */
export function firstData(path: string): Promise<void> {
  return new Promise((resolve) => {
    const releases: Array<() => void> = [];
    const missing = new Set(firstTopics(path));
    const end = () => {
      clearTimeout(timer);
      for (const release of releases) release();
      resolve();
    };
    const timer = setTimeout(end, PATIENCE_MS);
    const look = () => {
      for (const topic of missing) {
        const { ready, error } = store.rows(topic);
        if (ready || error) missing.delete(topic);
      }
      if (missing.size === 0) end();
    };
    for (const topic of missing) releases.push(store.watchList(topic, look));
    look();
  });
}
