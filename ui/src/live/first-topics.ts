/** What a page asks for while its code is still on the way; the build writes it into the page's head. */

export const EVERY_PAGE = ['boot', 'tags'];
/** What the dashboard looks at: the large lists last, so that the small ones do not wait for them. */
export const DASHBOARD = [
  ...EVERY_PAGE,
  'deployments',
  'builds',
  'repos',
  'builders',
  'updates',
  'container_problems',
  'servers',
];

/** What the page of this path shows at once. */
export const firstTopics = (path: string): readonly string[] =>
  path === '/' ? DASHBOARD : EVERY_PAGE;
