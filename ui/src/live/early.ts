/** Asks for what the first page shows while its code is still on the way. */
import { store } from './socket';

const EVERY_PAGE = ['boot', 'tags'];
/** What the dashboard looks at. */
const DASHBOARD = [
  'servers',
  'deployments',
  'builds',
  'repos',
  'builders',
  'container_problems',
  'updates',
];
/** The page has subscribed itself long before. */
const HELD_MS = 15_000;

/** Subscribes to what the page of this path shows; sent as soon as there is a connection. */
export function askEarly(path: string): void {
  const topics = path === '/' ? [...EVERY_PAGE, ...DASHBOARD] : EVERY_PAGE;
  const releases = topics.map((topic) => store.want(topic));
  setTimeout(() => {
    for (const release of releases) release();
  }, HELD_MS);
}
